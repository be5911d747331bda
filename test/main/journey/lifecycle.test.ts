import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { type BackCount, countBack, startSweep } from '../../hosts/sweep.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'
import { addSandbox, createTenant, openPanel, type Panel, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const timeout = { kind: 'timeout' }
const store = 'set greeting 0 0 5\r\nhello\r\n'
const fetch = 'get greeting\r\n'
const found = { kind: 'answer', text: expect.stringContaining('VALUE greeting 0 5\r\nhello') }
const empty = { kind: 'answer', text: 'END\r\n' }

describeOnHosts('the life of a tenant', () => {
  let world: PanelHost
  let host: HostNamespace
  let friend: Client
  let stranger: Client
  let panel: Panel
  let port: number
  let back: () => Promise<BackCount>

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    friend = await world.addClient()
    stranger = await world.addClient()
    back = await countBack(stranger, host)
    const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
    port = (await createTenant(panel, { name: 'acme', allow, memoryMb: 64 })).port
  })

  afterAll(() => world?.stop())

  const talk = (text: string, at = port) => memcacheTalk(friend, host.address4, at, text, 5_000)
  const ask = (text: string, at = port) => memcacheTalk(friend, host.address4, at, text)
  const containerFacts = async (format: string) => {
    const { id } = await panel.client.tenant.show({ name: 'acme' })
    return (await host.exec(['docker', 'inspect', '-f', format, `memharbor-${id}`])).stdout.trim()
  }

  it('suspended, nobody gets in and connections are cut; resumed, the same data is back', async () => {
    expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
    const held = await friend.spawn(['nc', host.address4, String(port)])
    await held.write('version\r\n')
    await held.waitFor('VERSION')
    expect(await panel.client.tenant.suspend({ name: 'acme' })).toMatchObject({ state: 'suspended' })
    await held.exited()
    expect(await ask(fetch)).toEqual(timeout)
    expect(await panel.client.tenant.resume({ name: 'acme' })).toMatchObject({ state: 'running' })
    expect(await talk(fetch)).toMatchObject(found)
  })

  it('not taken for another one that has got its name meanwhile', async () => {
    const { client } = panel
    const { id } = await client.tenant.show({ name: 'acme' })
    const shown = { id, name: 'acme' }
    await client.tenant.rename({ ...shown, newName: 'acme-old' })
    const renamed = { code: 'TENANT_RENAMED', details: { tenant: 'acme', now: 'acme-old' } }
    const other = await createTenant(panel, { name: 'acme', memoryMb: 64 })
    const losing = [
      readWork(client.tenant.delete({ ...shown, confirmed: true })),
      readWork(client.tenant.restart({ ...shown, confirmed: true })),
      client.tenant.revoke({ ...shown, cidrs: ['203.0.113.7'] }),
      client.tenant.suspend(shown),
    ]
    for (const call of losing) expect(await problemOf(call)).toMatchObject(renamed)
    expect(await client.tenant.show({ name: 'acme' })).toMatchObject({ id: other.id, state: 'running' })
    const gone = { id: other.id, name: 'acme' }
    await readWork(client.tenant.delete({ ...gone, confirmed: true }))
    expect(await problemOf(client.tenant.suspend(gone))).toMatchObject({ code: 'NOT_FOUND' })
    await client.tenant.rename({ id, name: 'acme-old', newName: 'acme' })
  })

  it('renamed and annotated, also for a second laptop', async () => {
    await panel.client.tenant.rename({ name: 'acme', newName: 'Acme Ltd' })
    await panel.client.tenant.annotate({
      name: 'acme ltd',
      notes: 'pays\nyearly',
      tags: ['Gold', 'eu', 'gold'],
    })
    expect(await problemOf(panel.client.tenant.rename({ name: 'Acme Ltd', newName: 'a;b' }))).toMatchObject({
      code: 'INVALID_INPUT',
    })
    const other = await openPanel()
    await addSandbox(other, host)
    expect(await other.client.tenant.show({ name: 'Acme Ltd' })).toMatchObject({
      notes: 'pays\nyearly',
      tags: ['gold', 'eu'],
    })
    await other.stop()
    await panel.client.tenant.rename({ name: 'Acme Ltd', newName: 'acme' })
    expect(await talk(fetch)).toMatchObject(found)
  })

  it('flushed and restarted, the cache is empty, and that is asked for first', async () => {
    expect(await problemOf(panel.client.tenant.flush({ name: 'acme', confirmed: false }))).toMatchObject({
      code: 'CONFIRMATION_NEEDED',
      details: { loses: expect.stringContaining('Everything in the cache is lost.') },
    })
    expect(await talk(fetch)).toMatchObject(found)
    await panel.client.tenant.flush({ name: 'acme', confirmed: true })
    expect(await talk(`${fetch}${store}`)).toMatchObject({ text: 'END\r\nSTORED\r\n' })
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await talk(fetch)).toMatchObject(empty)
  })

  it('grown live, with the data kept, and refused when the host cannot promise it', async () => {
    await talk(store)
    const { result } = await readWork(
      panel.client.tenant.resize({ name: 'acme', memoryMb: 128, confirmed: false }),
    )
    expect(result).toMatchObject({ tenant: { memoryMb: 128 }, itemsBefore: 1, itemsAfter: 1 })
    expect(await talk(`${fetch}stats\r\n`)).toMatchObject({
      text: expect.stringContaining(`limit_maxbytes ${128 * 2 ** 20}`),
    })
    expect(await talk(fetch)).toMatchObject(found)
    const limit = Number(await containerFacts('{{.HostConfig.Memory}}'))
    expect(limit).toBe((128 + Math.ceil(128 / 6) + 16) * 2 ** 20)
    const huge = panel.client.tenant.resize({ name: 'acme', memoryMb: 1_000_000, confirmed: false })
    expect(await problemOf(readWork(huge))).toMatchObject({ code: 'MEMORY_OVERCOMMITTED' })
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({
      memoryMb: 128,
      state: 'running',
    })
    expect(await talk(fetch)).toMatchObject(found)
  })

  it('shrunk live after a warning, and restarted with the same container, which has its size of now', async () => {
    const careless = panel.client.tenant.resize({ name: 'acme', memoryMb: 32, confirmed: false })
    expect(await problemOf(readWork(careless))).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
    const { result } = await readWork(
      panel.client.tenant.resize({ name: 'acme', memoryMb: 32, confirmed: true }),
    )
    expect(result).toMatchObject({ tenant: { memoryMb: 32 }, itemsBefore: 1, itemsAfter: 1 })
    const made = await containerFacts('{{.Created}}')
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await talk('stats\r\n')).toMatchObject({
      text: expect.stringContaining(`limit_maxbytes ${32 * 2 ** 20}`),
    })
    expect(await containerFacts('{{.Created}}')).toBe(made)
  })

  it('given more connections and another port; the old port is closed and kept back', async () => {
    const limited = await readWork(
      panel.client.tenant.limit({ name: 'acme', maxConnections: 2048, confirmed: true }),
    )
    expect(limited.result).toMatchObject({ maxConnections: 2048, state: 'running' })
    expect(await containerFacts('{{.Config.Cmd}}')).toContain('-c 2048')
    expect(
      await problemOf(readWork(panel.client.tenant.move({ name: 'acme', port: 80, confirmed: true }))),
    ).toMatchObject({
      code: 'PORT_UNAVAILABLE',
      details: { port: 80 },
    })
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ port })
    const neighbour = await createTenant(panel, { name: 'neighbour', memoryMb: 64 })
    const taken = { name: 'acme', port: neighbour.port, confirmed: true }
    expect(await problemOf(readWork(panel.client.tenant.move(taken)))).toMatchObject({
      code: 'PORT_UNAVAILABLE',
      details: { port: neighbour.port, reason: 'is the port of tenant neighbour' },
    })
    const moved = await readWork(panel.client.tenant.move({ name: 'acme', port: 20_700, confirmed: true }))
    expect(moved.result).toMatchObject({ port: 20_700, state: 'running' })
    expect(await talk('version\r\n', 20_700)).toMatchObject({ kind: 'answer' })
    expect(await ask('version\r\n')).toEqual(timeout)
    expect((await createTenant(panel, { name: 'next' })).port).not.toBe(port)
    port = 20_700
  })

  it('upgraded to another image of the host', async () => {
    expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
    const before = await containerFacts('{{.Image}}')
    const offered = async () => (await panel.client.tenant.show({ name: 'acme' })).upgrade
    expect(await offered()).toMatchObject({
      available: false,
      sentence: expect.stringMatching(/^It runs the host's current image, memcached 1\./),
    })
    // The same image with another label is another image.
    const made = 'echo FROM memharbor/memcached:current > /tmp/Dockerfile'
    await host.exec(['bash', '-c', made])
    const { stdout: container } = await host.exec(['docker', 'create', 'memharbor/memcached:current'])
    await host.exec([
      'docker',
      'commit',
      '-c',
      'LABEL newer=1',
      container.trim(),
      'memharbor/memcached:current',
    ])
    expect(await offered()).toMatchObject({
      available: true,
      sentence: expect.stringMatching(/^The host has another image now, memcached 1\./),
    })
    await host.exec(['docker', 'rm', container.trim()])
    expect(
      await problemOf(readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: false }))),
    ).toMatchObject({
      code: 'CONFIRMATION_NEEDED',
    })
    expect(await talk(fetch)).toMatchObject(found)
    await readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: true }))
    expect(await containerFacts('{{.Image}}')).not.toBe(before)
    expect(await offered()).toMatchObject({ available: false })
    expect(await talk(fetch)).toMatchObject(empty)
    const { steps } = await readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: false }))
    expect(steps).toEqual([])
  })

  it('shows its log and how it ended', async () => {
    const { id } = await panel.client.tenant.show({ name: 'acme' })
    expect(await panel.client.tenant.logs({ name: 'acme' })).toMatchObject({ lastExit: null, restarts: 0 })
    await host.exec(['docker', 'kill', `memharbor-${id}`])
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ state: 'stopped' })
    expect(await panel.client.tenant.logs({ name: 'acme' })).toMatchObject({
      lastExit: { status: 137, outOfMemory: false },
    })
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ state: 'running' })
  })

  it('says how it ended although Docker has started it again, which forgets it', async () => {
    const endedBy = async (work: () => Promise<unknown>) => {
      const before = await containerFacts('{{.State.StartedAt}}')
      await work()
      await until('Docker has started it again', async () => {
        const [started, state] = (await containerFacts('{{.State.StartedAt}} {{.State.Status}}')).split(' ')
        return started !== before && state === 'running'
      })
      expect(await containerFacts('{{.State.ExitCode}}')).toBe('0')
      return panel.client.tenant.logs({ name: 'acme' })
    }
    const killed = await endedBy(async () =>
      host.exec(['kill', '-9', await containerFacts('{{.State.Pid}}')]),
    )
    expect(killed).toMatchObject({ restarts: 1, lastExit: { status: 137, outOfMemory: false } })
    const filled = await endedBy(async () => {
      const megabytes = Array.from(
        { length: 130 },
        (_, at) => `set k${at} 0 0 1000000\r\n${'x'.repeat(1e6)}\r\n`,
      )
      await talk(`cache_memlimit 1024\r\n${megabytes.join('')}`)
    })
    expect(filled).toMatchObject({ restarts: 2, lastExit: { status: 137, outOfMemory: true } })
    const lastLoss = { at: filled.lastExit?.at, status: 137, outOfMemory: true }
    const told = (await panel.client.tenant.list({})).find(({ name }) => name === 'acme')
    expect(told).toMatchObject({ state: 'running', faults: ['cache-lost'], lastLoss })
    expect(told?.why).toMatch(/^memcached was killed, because its memory was used up \(.*lost\.$/)
    const ends = async () =>
      (await panel.client.activity.list({ tenant: 'acme' })).filter(({ kind }) => kind === 'tenant end')
    expect((await ends())[0]).toMatchObject({
      ...{ outcome: 'failed', startedAt: new Date(filled.lastExit?.at ?? '').toISOString() },
      why: expect.stringContaining('memory was used up'),
    })
    const count = (await ends()).length
    await panel.client.tenant.list({})
    expect(await ends()).toHaveLength(count)
    // Asked for, an end is no loss.
    const { result } = await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(result).toMatchObject({ state: 'running', faults: [], lastLoss: null })
  })

  it('gives no packet to a stranger who sweeps the range through all of it', async () => {
    const sweep = await startSweep(stranger, host)
    await sweep.more(1)
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    await panel.client.tenant.suspend({ name: 'acme' })
    await panel.client.tenant.resume({ name: 'acme' })
    await readWork(panel.client.tenant.resize({ name: 'acme', memoryMb: 64, confirmed: true }))
    await readWork(panel.client.tenant.move({ name: 'acme', port: 20_800, confirmed: true }))
    await readWork(panel.client.tenant.limit({ name: 'acme', maxConnections: 512, confirmed: true }))
    await sweep.more(1)
    const { rounds } = await sweep.stop()
    expect(rounds).toBeGreaterThan(2)
    expect(await back()).toEqual({ packets4: 0, packets6: 0 })
    expect(await talk('version\r\n', 20_800)).toMatchObject({ kind: 'answer' })
  })

  it('deleted and put back as it was, with an empty cache; who had been revoked stays out', async () => {
    const { client } = panel
    await client.tenant.allow({ name: 'acme', entries: [{ cidr: stranger.address4, label: 'gone' }] })
    await client.tenant.revoke({ name: 'acme', cidrs: [stranger.address4] })
    await client.tenant.annotate({ name: 'acme', notes: 'pays yearly' })
    expect(await talk(store, 20_800)).toMatchObject({ text: 'STORED\r\n' })
    const before = await client.tenant.show({ name: 'acme' })
    await readWork(client.tenant.delete({ name: 'acme', confirmed: true }))
    expect(await ask(fetch, 20_800)).toEqual(timeout)
    const listed = async () => (await client.activity.list({ tenantId: before.id, limit: 1 }))[0]
    expect(await listed()).toMatchObject({ kind: 'tenant delete', restorable: true })
    const { result } = await readWork(client.tenant.restore({ name: 'ACME' }))
    const { id, name, port: at, allow, notes, tags, memoryMb, maxConnections, createdAt } = before
    const same = { id, name, port: at, allow, notes, tags, memoryMb, maxConnections, createdAt }
    expect(result).toMatchObject({ ...same, state: 'running', closedWhy: '' })
    expect(await talk(fetch, 20_800)).toMatchObject(empty)
    expect(await memcacheTalk(stranger, host.address4, 20_800)).toEqual(timeout)
    expect(await listed()).toMatchObject({ kind: 'tenant restore', restorable: false, outcome: 'done' })
    const again = await problemOf(readWork(client.tenant.restore({ id, name: 'acme' })))
    expect(again).toMatchObject({ code: 'NOT_RESTORABLE', details: { why: 'there' } })
  })

  it('suspended, deleted and put back, it is suspended', async () => {
    const { client } = panel
    await client.tenant.suspend({ name: 'acme' })
    await readWork(client.tenant.delete({ name: 'acme', confirmed: true }))
    const { result } = await readWork(client.tenant.restore({ name: 'acme' }))
    expect(result).toMatchObject({ state: 'suspended', port: 20_800, closedWhy: '' })
    expect(await ask(fetch, 20_800)).toEqual(timeout)
    await client.tenant.resume({ name: 'acme' })
    expect(await talk(fetch, 20_800)).toMatchObject(empty)
  })

  it('not put back where the name, the port or the host is not to be had, and then deleted as before', async () => {
    const { client } = panel
    const refusal = () => problemOf(readWork(panel.client.tenant.restore({ name: 'acme' })))
    const { id } = await client.tenant.show({ name: 'acme' })
    await readWork(client.tenant.delete({ name: 'acme', confirmed: true }))
    const namesake = await createTenant(panel, { name: 'acme', memoryMb: 64 })
    const byId = problemOf(readWork(client.tenant.restore({ name: 'acme', id })))
    expect(await byId).toMatchObject({
      ...{ code: 'NOT_RESTORABLE', advice: expect.stringContaining('Rename that one') },
      details: { why: 'name' },
    })
    await client.tenant.rename({ name: namesake.name, newName: 'namesake' })
    // As after 30 days: another tenant had the port last.
    await world.reopen(async () => {
      await awaitNoHelper(host)
      await runScript(host, `sed -i s/${id}/another1/g /var/lib/memharbor/state.json`)
    })
    ;({ panel } = world)
    expect(await refusal()).toMatchObject({
      ...{ code: 'NOT_RESTORABLE', details: { why: 'port' } },
      message: expect.stringContaining('its port 20800 was released by another tenant lately'),
    })
    const left = await host.exec(['docker', 'ps', '-aq', '--filter', `name=memharbor-${id}`])
    expect(left.stdout).toBe('')
    expect((await panel.client.tenant.list({})).map(({ name }) => name)).not.toContain('acme')
    await host.stopSsh()
    await host.cutSsh()
    expect(await refusal()).toMatchObject({ code: 'HOST_UNREACHABLE' })
    await host.startSsh()
    const [last] = await panel.client.activity.list({ tenantId: id, limit: 1 })
    expect(last).toMatchObject({ kind: 'tenant restore', outcome: 'undone' })
  })

  it('is told in the log of operations, with before and after', async () => {
    const operations = await panel.client.activity.list({})
    expect(operations.find(({ kind }) => kind === 'tenant move')).toMatchObject({
      ...{ tenant: 'acme', host: 'web1', outcome: 'done', before: { port: 20_700 }, after: { port: 20_800 } },
    })
    expect(operations.every(({ tookMs }) => tookMs !== null)).toBe(true)
  })
})
