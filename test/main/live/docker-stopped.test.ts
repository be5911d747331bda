import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, prepareSandbox, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { openPage, type Page } from './page.ts'

const patient = 60_000

/** Where work stands still until Docker is stopped. */
const heldAt: readonly string[] = [
  'before create-container',
  'before remove-container',
  'before restart-container',
]

describeOnHosts('Docker stops', () => {
  let world: PanelHost
  let host: HostNamespace
  let page: Page
  let letGo = (): void => {}
  let held = 0
  let gate: Promise<void> | undefined

  beforeAll(async () => {
    world = await startPreparedPanelHost({
      async atPoint(point) {
        if (gate === undefined || !heldAt.includes(point)) return
        held += 1
        await gate
      },
    })
    host = world.host
    for (const name of ['acme', 'old']) await createTenant(world.panel, { name, memoryMb: 16 })
    page = openPage(world.panel.client)
    await until('they run', () => page.find('old')?.state === 'running', patient)
  })
  afterAll(async () => {
    letGo()
    await page?.close()
    await world?.stop()
  })

  const newest = (kind: string) => page.operations.filter((operation) => operation.kind === kind).at(-1)

  it('what was being done has failed at once, and is put right when it is back', {
    timeout: 400_000,
  }, async () => {
    gate = new Promise((resolve) => {
      letGo = resolve
    })
    const { tenant } = world.panel.client
    const works = [
      problemOf(readWork(tenant.create({ name: 'fresh', memoryMb: 16 }))),
      problemOf(readWork(tenant.restart({ name: 'acme', confirmed: true }))),
      problemOf(readWork(tenant.delete({ name: 'old', confirmed: true }))),
    ]
    await until('all stand still', () => held === works.length, patient)
    await host.stopDocker()
    gate = undefined
    letGo()
    const problems = await Promise.all(works)
    const codes = ['DOCKER_UNREACHABLE', 'DOCKER_UNREACHABLE', 'NOT_DELETED']
    expect(problems.map(({ code }) => code)).toEqual(codes)

    // Over, with the reason, on the page and in the log.
    await until('nothing runs', () =>
      ['tenant create', 'tenant restart', 'tenant delete'].every(
        (kind) => newest(kind)?.outcome === 'failed',
      ),
    )
    const failed = await world.panel.client.activity.list({ outcome: 'failed' })
    expect(
      failed.map(({ why, finishedAt }) => [why.startsWith('Docker on web1'), finishedAt === null]),
    ).toEqual(works.map(() => [true, false]))
    expect(await world.panel.client.activity.list({ outcome: 'running' })).toEqual([])
    const create = failed.find(({ kind }) => kind === 'tenant create')
    expect(create?.steps.map(({ state }) => state)).toContain('failed')
    expect(create?.steps.at(-1)?.state).toBe('intended')
    await until('what is left is told', () => page.find('fresh')?.leftover === 'not-created')
    expect(page.find('fresh')).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(
        /^It was not created\. Docker on web1 .* taken back as soon as web1 answers\.$/,
      ),
    })
    await until('and of the delete', () => page.find('old')?.leftover === 'not-deleted')
    expect(page.find('old')?.why).toContain('It is not deleted yet. Its port is closed.')

    // The host says what is wrong with it, and nothing that was not seen.
    const status = () => [...page.hosts.values()][0]
    await until('the host says so', () => status()?.problem === 'DOCKER_UNREACHABLE', patient)
    expect(status()).toMatchObject({
      connection: 'connected',
      why: expect.stringContaining('does not answer'),
    })
    expect(page.find('acme')).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('Docker on web1'),
    })
    expect((await world.panel.client.host.facts({ name: 'web1' })).tenants).toEqual({
      running: null,
      other: null,
    })

    // The next program learns of it from the store.
    await page.close()
    await world.reopen(undefined, {})
    page = openPage(world.panel.client)
    await until('it is told again', () => page.find('fresh')?.leftover === 'not-created', patient)
    expect(page.operations.filter(({ outcome }) => outcome === 'running')).toEqual([])

    await host.startDocker()
    await until(
      'all is put right',
      () => page.tenants.size === 1 && page.find('acme')?.faults.join() === 'cache-lost',
      patient,
    )
    expect(page.find('acme')).toMatchObject({ state: 'running', leftover: null })
    expect(page.find('acme')?.why).toMatch(/^memcached ended with its Docker.* is lost\.$/)
    await until('three notices', () => page.notices.length === 3)
    expect(page.notices.join(' ')).toMatch(/Undone: tenant create of fresh, which had failed: Docker on web1/)
    expect(page.notices.join(' ')).toMatch(/Finished: tenant delete of old, which had failed: Docker on web1/)
    const settled = await world.panel.client.activity.list({ limit: 20 })
    expect(settled.find(({ kind }) => kind === 'tenant create')).toMatchObject({
      ...{ outcome: 'undone', why: create?.why, finishedAt: create?.finishedAt },
    })
    expect(settled.find(({ kind }) => kind === 'tenant delete')).toMatchObject({ outcome: 'done', why: '' })
    expect((await world.panel.client.host.facts({ name: 'web1' })).tenants).toEqual({ running: 1, other: 0 })
  })

  it('one that hangs is told apart from a host that is not reached', { timeout: 400_000 }, async () => {
    await page.close()
    // A look is not waited for in real time.
    await world.reopen(undefined, { timeLimits: { lookMs: 2_000 } })
    page = openPage(world.panel.client)
    await until('it runs', () => page.find('acme')?.state === 'running', patient)
    const status = () => [...page.hosts.values()][0]
    await host.pauseDocker()
    await until('the host says so', () => status()?.problem === 'DOCKER_SILENT', patient)
    expect(status()).toMatchObject({
      connection: 'connected',
      why: expect.stringMatching(/^Docker on web1 takes connections and has not answered in 2\.0 s;/),
    })
    expect(page.find('acme')).toMatchObject({
      state: 'unknown',
      why: expect.stringMatching(/^Docker on web1/),
    })
    // Its shortest answer is waited for, and no registry through it: that took twice and five times as long as a look.
    const [{ check, planPrepare, prepare }, name] = [world.panel.client.host, 'web1']
    const began = performance.now()
    expect((await check({ name })).lines.find(({ subject }) => subject === 'Docker')).toMatchObject({
      verdict: 'bad',
      sentence: expect.stringMatching(/has not answered in 2\.0 s; the host itself answers\.$/),
    })
    const { steps, fingerprint } = await planPrepare({ name })
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(steps.map(({ kind }) => kind)).toEqual(['ask-docker'])
    const undoing = await problemOf(planPrepare({ name, undo: true }))
    const preparing = await problemOf(readWork(prepare({ name, fingerprint, confirmed: false })))
    expect([undoing.code, preparing.code]).toEqual(['DOCKER_SILENT', 'DOCKER_SILENT'])
    await host.resumeDocker()
    await until('all is seen again', () => page.find('acme')?.state === 'running', patient)
    expect(status()).toMatchObject({ connection: 'connected', problem: '' })
  })

  it('one that is killed starts all tenants again, but for those of before, which the check names', {
    timeout: 400_000,
  }, async () => {
    await page.close()
    const allow = [{ cidr: 'anyone' }]
    const shut = await createTenant(world.panel, { name: 'shut', memoryMb: 16, allow })
    const older = await createTenant(world.panel, { name: 'older', memoryMb: 16, allow })
    await world.panel.client.tenant.suspend({ name: 'shut' })
    const container = `memharbor-${older.id}`
    await world.reopen(async () => {
      // As earlier versions made it.
      const update = ['docker', 'update', '--restart', 'unless-stopped', container]
      expect((await host.exec(update)).status).toBe(0)
    }, {})
    const { panel } = world
    const linesOfTenants = async () =>
      (await panel.client.host.check({ name: 'web1' })).lines
        .filter(({ subject }) => subject === 'Tenants')
        .map(({ verdict, sentence, advice }) => `${verdict}: ${sentence} ${advice}`)
    const note = expect.stringMatching(
      /^note: 1 of 3 tenants would stay down .*: older\. Prepare the host\. /,
    )
    expect(await linesOfTenants()).toEqual([note])

    await host.killDocker()
    await host.startDocker()
    const states = async () =>
      Object.fromEntries((await panel.client.tenant.list({})).map(({ name, state }) => [name, state]))
    await until('they are as they were', async () => (await states())['acme'] === 'running', patient)
    expect(await states()).toEqual({ acme: 'running', older: 'stopped', shut: 'suspended' })
    const client = await world.addClient()
    const talk = async (port: number) => (await memcacheTalk(client, host.address4, port)).kind
    expect(await talk(shut.port)).toBe('timeout')
    expect(await linesOfTenants()).toEqual([
      'bad: 1 of 3 tenants does not run: older. `memharbor tenant restart older` starts it, with an empty cache.',
      note,
    ])

    await host.exec(['docker', 'start', container])
    await until('it answers', async () => (await talk(older.port)) === 'answer', patient)
    await memcacheTalk(client, host.address4, older.port, 'set kept 0 0 1\r\n1\r\n')
    const { plan } = await prepareSandbox(panel, host)
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['keep-running'])
    const policy = ['docker', 'inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', container]
    expect((await host.exec(policy)).stdout.trim()).toBe('always')
    expect(await memcacheTalk(client, host.address4, older.port, 'get kept\r\n')).toMatchObject({
      text: expect.stringContaining('VALUE kept'),
    })
    expect(await linesOfTenants()).toEqual([])
  })

  it('whose rules another program flushed loses no container by a change, and says what mends it', {
    timeout: 400_000,
  }, async () => {
    const { tenant } = world.panel.client
    const name = 'acme'
    const { id, port } = await tenant.show({ name })
    const container = `memharbor-${id}`
    const inspect = async (format: string) =>
      (await host.exec(['docker', 'inspect', '-f', format, container])).stdout
    const talk = (text: string) => memcacheTalk(host, '127.0.0.1', port ?? 0, text)
    // So that an upgrade has something to do: a container as no version makes it.
    await host.exec(['docker', 'update', '--restart', 'no', container])
    await talk('set kept 0 0 1\r\n1\r\n')
    const before = await inspect('{{.Id}} {{.State.StartedAt}}')
    const iptables = async (...argv: string[]) => {
      expect(await host.exec(['iptables', '-w', '-t', ...argv])).toMatchObject({ status: 0 })
    }
    const rulesOfDocker = async () => {
      const { lines, ready } = await world.panel.client.host.check({ name: 'web1' })
      return { ready, lines: lines.filter(({ subject }) => /^(Docker rules|Published ports)$/.test(subject)) }
    }
    expect(await rulesOfDocker()).toMatchObject({ lines: [] })
    const saysOf = (verdict: string, sentence: string) => ({
      ...{ ready: true, lines: [{ verdict, sentence: expect.stringContaining(sentence) }] },
    })
    const { stdout: nat } = await host.exec(['iptables-save', '-t', 'nat'])
    const own = nat.split('\n').find((rule) => rule.includes(`--dport ${port} -j DNAT`)) ?? ''
    const [, ...published] = own.split(' ')
    const away = published.map((word) => word.replace(/^[\d.]+(?=:11211$)/, '10.213.255.250'))
    await iptables('nat', '-I', ...away)
    expect(await rulesOfDocker()).toMatchObject(
      saysOf('bad', `lead the clients of ${name} to another address`),
    )
    await iptables('nat', '-D', ...away)
    await iptables('nat', '-D', ...published)
    expect(await rulesOfDocker()).toMatchObject(saysOf('note', `lead nobody to ${name}`))
    await iptables('nat', '-A', ...published)
    expect(await rulesOfDocker()).toMatchObject({ lines: [] })
    for (const table of ['nat', 'filter']) for (const action of ['-F', '-X']) await iptables(table, action)
    expect(await rulesOfDocker()).toMatchObject({
      ready: false,
      lines: [{ verdict: 'bad', advice: expect.stringContaining('sudo systemctl restart docker') }],
    })
    const verbs = {
      restart: () => tenant.restart({ name, confirmed: true }),
      limit: () => tenant.limit({ name, maxConnections: 256, confirmed: true }),
      move: () => tenant.move({ name, port: 20_900, confirmed: true }),
      upgrade: () => tenant.upgrade({ name, confirmed: true }),
    }
    for (const [verb, change] of Object.entries(verbs)) {
      const problem = await problemOf(readWork(change()))
      expect({ verb, ...problem }).toMatchObject({
        ...{ verb, code: 'DOCKER_RULES_GONE' },
        // Docker's reason is at its end, behind an id of 64 digits.
        message: expect.stringMatching(
          /nothing was removed: .*(?:No chain\/target\/match|Chain 'DOCKER' does not exist)/,
        ),
        advice: expect.stringContaining('sudo systemctl restart docker'),
      })
      expect(problem.message).not.toMatch(/[\da-f]{32}/)
      expect([verb, await inspect('{{.Id}} {{.State.StartedAt}}')]).toEqual([verb, before])
      expect(await talk('get kept\r\n')).toMatchObject({ text: expect.stringContaining('VALUE kept') })
      expect(await tenant.show({ name })).toMatchObject({ state: 'running', port, maxConnections: 1024 })
    }
    const containers = ['docker', 'ps', '-aq', '--filter', 'name=memharbor-try']
    expect((await host.exec(containers)).stdout).toBe('')

    await host.stopDocker()
    await host.startDocker()
    // An ordinary end of Docker's takes its events with it.
    await until(
      'the others are back',
      async () => (await tenant.show({ name: 'older' })).state === 'running',
      patient,
    )
    expect(await tenant.logs({ name: 'older' })).toMatchObject({
      lastExit: { status: null, outOfMemory: null },
    })
    expect(await rulesOfDocker()).toEqual({ ready: true, lines: [] })
    for (const change of Object.values(verbs)) await readWork(change())
    expect(await tenant.show({ name })).toMatchObject({ state: 'running', port: 20_900, maxConnections: 256 })
    expect((await host.exec(containers)).stdout).toBe('')
  })
})
