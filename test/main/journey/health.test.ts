import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LongestIdle } from '../../../src/contract/problem.ts'
import { withFreeConnection } from '../../../src/main/cli/free-connection.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HeldConnections, holdConnections } from '../../hosts/hold-connections.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { mustRun, run } from '../../hosts/run.ts'
import { helperPath } from '../../resources/host/helper-host.ts'
import { createTenant, type Panel, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

describeOnHosts('the health of a tenant', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel
  let friend: Client
  let id: string
  let port: number
  const holding: HeldConnections[] = []

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    friend = await world.addClient()
    const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
    ;({ id, port } = await createTenant(panel, { name: 'full', allow, memoryMb: 64, maxConnections: 64 }))
  })
  afterAll(() => world?.stop())

  const docker = (...argv: string[]) => mustRun(host.namespace.enter(['docker', ...argv]))
  const show = () => panel.client.tenant.show({ name: 'full' })
  const hold = async (count: number, address = host.address4): Promise<number> => {
    const held = await holdConnections(friend, address, port, count)
    holding.push(held)
    return held.held
  }
  const release = async (): Promise<void> => {
    for (const each of holding.splice(0)) await each.release()
    await until('nobody is connected', async () => (await show()).metrics?.connections === 0)
  }
  const talk = (text: string) => memcacheTalk(friend, host.address4, port, text, 5_000)

  it('is ok, with what its memcached says of itself', async () => {
    expect(await talk('set greeting 0 0 5\r\nhello\r\n')).toMatchObject({ text: 'STORED\r\n' })
    expect(await show()).toMatchObject({ state: 'running', health: 'ok', why: '' })
    const [listed] = await panel.client.tenant.list({})
    const metrics = { items: 1, getHits: 0, evictions: 0, uptimeSeconds: expect.any(Number) }
    expect(listed).toMatchObject({ health: 'ok', usableConnections: 64, metrics })
    expect(await panel.client.tenant.list({ health: 'full' })).toEqual([])
  })

  it('at its limit clients hold what was sold, and the panel still gets in', async () => {
    expect(await hold(64)).toBe(64)
    expect(await show()).toMatchObject({
      ...{ state: 'running', health: 'connections-exhausted', why: 'Connection limit reached, 64 of 64.' },
      metrics: { connections: 64 },
    })
    expect(await hold(3, host.address6)).toBe(3)
    expect((await show()).why).toBe('Connection limit reached, 67 of 64.')
    const grown = await readWork(panel.client.tenant.resize({ name: 'full', memoryMb: 80, confirmed: false }))
    expect(grown.result).toMatchObject({ itemsBefore: 1, itemsAfter: 1 })
  })

  it('where clients hold even those of the panel, the host counts them, and a change says so', async () => {
    const held = 67 + (await hold(20)) + (await hold(20, host.address6))
    expect(held).toBeGreaterThanOrEqual(68)
    expect(held).toBeLessThan(107)
    const why = `Connection limit reached, ${held} of 64.`
    expect(await show()).toMatchObject({
      state: 'running',
      health: 'connections-exhausted',
      why,
      metrics: null,
    })
    expect(await panel.client.tenant.figures({ ids: [id] })).toEqual({
      ...{ figures: [], silent: [id], held: { [id]: held } },
    })
    const taken = { code: 'CONNECTIONS_TAKEN', details: { host: 'web1', port } }
    const grow = () => readWork(panel.client.tenant.resize({ name: 'full', memoryMb: 96, confirmed: false }))
    const { details, message, advice } = await problemOf(grow())
    expect({ code: 'CONNECTIONS_TAKEN', details }).toMatchObject(taken)
    const { idle } = details as { idle: LongestIdle }
    // The first that were held are idle the longest.
    expect(idle).toMatchObject({ tenant: 'full', address: friend.address4, seconds: expect.any(Number) })
    const client = `${idle.address}:${idle.port}`
    expect(message).toContain(`Idle the longest is that of ${client}: `)
    expect(advice).toMatch(new RegExp(`^\`memharbor tenant disconnect full ${client}\` closes that one`))
    const other = problemOf(panel.client.tenant.disconnect({ name: 'full', client: `${idle.address}:1` }))
    expect(await other).toMatchObject({ code: 'INVALID_INPUT', details: { field: 'client' } })
    const flush = () => panel.client.tenant.flush({ name: 'full', confirmed: true })
    expect(await problemOf(flush())).toMatchObject(taken)
  })

  it('the longest idle connections are closed by their address, until the panel gets in', async () => {
    const heldNow = async () =>
      (await panel.client.tenant.figures({ ids: [id] })).held[id] ?? (await show()).metrics?.connections ?? 0
    const before = await heldNow()
    const seen = await mustRun(
      host.namespace.enter(['ss', '-Htn', 'state', 'established', 'sport', '=', `:${port}`]),
    )
    const six = /\[2001:[^ ]*:\d+(?=\s*$)/m.exec(seen)?.[0] ?? ''
    expect(await panel.client.tenant.disconnect({ name: 'full', client: six })).toMatchObject({ id })
    await until('it is closed', async () => (await heldNow()) === before - 1)
    const questions: string[] = []
    const terminal = {
      interactive: true,
      confirm: async (question: string) => questions.push(question) > 0,
    }
    await hold(1)
    const resize = { name: 'full', memoryMb: 80, confirmed: true }
    await withFreeConnection({ client: panel.client, terminal }, async () =>
      readWork(panel.client.tenant.resize(resize)),
    )
    expect(questions[0]).toMatch(
      /^The clients of full hold all .* Idle the longest is that of 203\.0\.113\.\d+:\d+: /,
    )
    const [closed] = await panel.client.activity.list({ text: 'disconnect' })
    expect(closed).toMatchObject({ kind: 'tenant disconnect', outcome: 'done' })
    await release()
    expect(await show()).toMatchObject({ health: 'ok', memoryMb: 80, why: '' })
    expect(await talk('get greeting\r\n')).toMatchObject({ text: expect.stringContaining('hello') })
  })

  it('frozen it does not answer, which its free connections tell from the limit', async () => {
    expect(await hold(3)).toBe(3)
    await docker('kill', '--signal', 'STOP', `memharbor-${id}`)
    expect(await panel.client.tenant.list({ health: 'unresponsive' })).toMatchObject([
      { id, state: 'running', why: 'Its container runs, but memcached does not answer.', metrics: null },
    ])
    // What has to be asked of it is not blamed on its host.
    for (const work of [
      () => panel.client.tenant.flush({ name: 'full', confirmed: true }),
      () => readWork(panel.client.tenant.resize({ name: 'full', memoryMb: 128, confirmed: false })),
    ])
      expect(await problemOf(work())).toMatchObject({
        ...{ code: 'TIMED_OUT', details: { port } },
        message: expect.stringMatching(
          /^The memcached on port \d+ of web1 did not answer .* The host itself does\.$/,
        ),
      })
    // A change is done all the same, and so is a closing.
    const noted = await panel.client.tenant.annotate({ name: 'full', notes: 'frozen' })
    expect(noted).toMatchObject({ state: 'running', notes: 'frozen', metrics: null })
    const suspended = await panel.client.tenant.suspend({ name: 'full' })
    expect(suspended).toMatchObject({ state: 'suspended', metrics: null })
    await docker('kill', '--signal', 'CONT', `memharbor-${id}`)
    const resumed = await panel.client.tenant.resume({ name: 'full' })
    expect(resumed).toMatchObject({ state: 'running', health: 'ok', metrics: { items: 1 } })
    await release()
    expect(await show()).toMatchObject({ health: 'ok' })
  })

  it.each([
    ['hangs', 'kill', '--signal', 'STOP'],
    ['is paused', 'pause'],
  ])('one that %s does not answer, and is restarted all the same', async (_, ...how) => {
    await docker(...how, `memharbor-${id}`)
    try {
      const [listed] = await panel.client.tenant.list({ health: 'unresponsive' })
      expect(listed?.id).toBe(id)
      if (how[0] === 'pause') expect(listed?.why).toContain(`\`docker unpause memharbor-${id}\` there`)
      const restarted = await readWork(panel.client.tenant.restart({ name: 'full', confirmed: true }))
      expect(restarted.result).toMatchObject({ state: 'running', health: 'ok', metrics: { items: 0 } })
    } finally {
      // What is paused does not end with its host either.
      await run(host.namespace.enter(['docker', 'unpause', `memharbor-${id}`]))
    }
    expect(await talk('set greeting 0 0 5\r\nhello\r\n')).toMatchObject({ text: 'STORED\r\n' })
  })

  it('a client that gives it more memory changes it, and the same size sets it back', async () => {
    expect(await talk('cache_memlimit 200\r\n')).toMatchObject({ text: 'OK\r\n' })
    const changed = await show()
    expect(changed).toMatchObject({ state: 'running', health: 'changed', faults: ['cache-limit'] })
    expect(changed.why).toMatch(
      /^Its memcached may use 200 MB in place of 80: .*`memharbor tenant resize full --memory 80` sets/,
    )
    await readWork(panel.client.tenant.resize({ name: 'full', memoryMb: 80, confirmed: false }))
    expect(await show()).toMatchObject({ health: 'ok', faults: [], why: '' })
    expect(await talk('get greeting\r\n')).toMatchObject({ text: expect.stringContaining('hello') })
  })

  it("an earlier panel's container has fewer for clients, which is told", async () => {
    const name = `memharbor-${id}`
    const image = (await docker('inspect', '-f', '{{.Image}}', name)).trim()
    await docker('rm', '-f', name)
    const labels = [`tenant=${id}`, 'schema=2', 'owned=1'].flatMap((label) => [
      ...['--label', `io.memharbor.${label}`],
    ])
    const published = ['0.0.0.0', '[::]'].flatMap((address) => ['-p', `${address}:${port}:11211`])
    // Before it was resized it had 64 MB.
    const command = ['-m', '64', '-c', '64', '-p', '11211', '-U', '0']
    const run = ['run', '-d', '--name', name, '--network', 'memharbor-1', '--user', '11211:11211']
    await docker(...run, ...labels, ...published, image, ...command)
    await until('it answers', async () => (await talk('version\r\n')).kind === 'answer')
    // The timer of its host runs it every 30 seconds.
    const round = () => mustRun(host.namespace.enter(['sh', '-c', `${helperPath} </dev/null 2>&1`]))
    expect(await round()).toContain(`${id} had begun with 64 MB, now 80.`)
    const limit = async () => /limit_maxbytes (\d+)/.exec(JSON.stringify(await talk('stats\r\n')))?.[1]
    expect(await limit()).toBe(String(80 * 2 ** 20))
    // It is not its to say what somebody sets later.
    await talk('cache_memlimit 96\r\n')
    expect(await round()).not.toContain(id)
    expect(await limit()).toBe(String(96 * 2 ** 20))
    // One that has run for long is left for a round: a panel may be resizing it.
    const setFresh = (seconds: number) =>
      mustRun(host.namespace.enter(['sed', '-i', `s/^FRESH_S = .*/FRESH_S = ${seconds}/`, helperPath]))
    await setFresh(0)
    await talk('cache_memlimit 64\r\n')
    expect(await round()).not.toContain(id)
    expect(await limit()).toBe(String(64 * 2 ** 20))
    expect(await round()).toContain(`${id} had begun with 64 MB, now 80.`)
    expect(await round()).not.toContain(id)
    await talk('cache_memlimit 64\r\n')
    expect(await round()).not.toContain(id)
    await talk('cache_memlimit 80\r\n')
    await setFresh(600)
    expect(await limit()).toBe(String(80 * 2 ** 20))
    expect(await show()).toMatchObject({
      ...{ maxConnections: 64, usableConnections: 39 },
      why: expect.stringContaining('until it is made anew it starts with 64 MB, and its host gives it 80'),
    })
    expect(await hold(60)).toBe(39)
    const { health, why } = await show()
    expect(health).toBe('connections-exhausted')
    expect(why).toMatch(/^Connection limit reached, 39 of the 64\. memcached keeps the others for itself/)
    await release()
    await readWork(panel.client.tenant.upgrade({ name: 'full', confirmed: true }))
    expect(await show()).toMatchObject({ health: 'ok', usableConnections: 64, faults: [], why: '' })
    expect(await hold(64)).toBe(64)
    await release()
  })

  it('without its container nothing answers', async () => {
    await docker('stop', '-t', '1', `memharbor-${id}`)
    expect(await show()).toMatchObject({ state: 'stopped', health: 'unresponsive', metrics: null })
  })
})
