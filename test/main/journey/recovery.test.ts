import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { clearHost, keepState } from '../reconcile/kept-state.ts'

/** The tenants that the host remembers, as its helper tells a process that is no panel. */
const recordedIds = async (host: HostNamespace): Promise<string[]> => {
  const input = '{"v":1,"op":"records"}\n'
  const { stdout } = await host.exec(['/usr/local/sbin/memharbor-host'], { input })
  return Object.keys((JSON.parse(stdout) as { tenants: object }).tenants)
}

const answer = { kind: 'answer' }
const timeout = { kind: 'timeout' }

describeOnHosts('nothing is lost', () => {
  let world: PanelHost
  let host: HostNamespace
  let client: Client
  const others: Panel[] = []

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    client = await world.addClient()
    await keepState(host)
  })
  afterAll(() => world?.stop())
  // Each begins with an empty host, and a panel that knows of nothing else.
  beforeEach(() => world.renew(() => clearHost(host)))
  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop()
  })

  it('a second laptop finds every tenant on the host, and they see what the other does', async () => {
    const allow = [{ cidr: client.address4, label: 'office' }]
    const { port } = await createTenant(world.panel, { name: 'acme', allow, notes: 'pays yearly' })
    const other = await openPanel()
    others.push(other)
    const { host: added, adopted } = await addSandbox(other, host)
    expect(added).toMatchObject({ mode: 'filtered', tenants: 1 })
    expect(adopted).toEqual(['acme'])
    expect(await other.client.tenant.show({ name: 'acme' })).toMatchObject({
      ...{
        state: 'running',
        port,
        notes: 'pays yearly',
        allow: [{ cidr: `${client.address4}/32`, label: 'office' }],
      },
    })

    // Both give out ports from one place.
    const ports = await Promise.all([
      createTenant(world.panel, { name: 'mine' }),
      createTenant(other, { name: 'theirs' }),
    ])
    expect(new Set([port, ...ports.map((tenant) => tenant.port)]).size).toBe(3)

    await other.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] })
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    const stale = await problemOf(
      world.panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.200' }] }),
    )
    expect(stale).toMatchObject({ code: 'REVISION_STALE', details: { tenant: 'acme' } })
    // The first laptop has learned what the second did, and has not undone it.
    expect((await world.panel.client.tenant.show({ name: 'acme' })).allow).toEqual([])
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    await world.panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: client.address4 }] })
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject(answer)
  })

  it('a host that is forgotten keeps its tenants, and adding it again brings them back', async () => {
    const { port } = await createTenant(world.panel, { name: 'acme', allow: [{ cidr: client.address4 }] })
    const refused = await problemOf(world.panel.client.host.remove({ name: 'web1', forget: false }))
    expect(refused).toMatchObject({ code: 'HOST_HAS_TENANTS', details: { tenants: ['acme'] } })
    expect(await world.panel.client.host.remove({ name: 'web1', forget: true })).toEqual({
      ...{ forgotten: ['acme'], unfinished: [] },
    })
    expect(await world.panel.client.tenant.list({})).toEqual([])
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject(answer)
    expect((await addSandbox(world.panel, host)).adopted).toEqual(['acme'])
    expect(await world.panel.client.tenant.list({})).toMatchObject([{ name: 'acme', port, state: 'running' }])
  })

  it('a create that fails leaves nothing, and its port can be used again', async () => {
    await host.exec(['docker', 'rmi', 'memharbor/memcached:current'])
    const failed = await problemOf(readWork(world.panel.client.tenant.create({ name: 'acme' })))
    expect(failed).toMatchObject({ code: 'IMAGE_MISSING', details: { host: 'web1' } })
    expect(await world.panel.client.tenant.list({})).toEqual([])
    expect((await host.exec(['docker', 'ps', '-aq'])).stdout).toBe('')
    expect(await recordedIds(host)).toEqual([])
    const [operation] = await world.panel.client.activity.list({ limit: 1 })
    expect(operation).toMatchObject({ kind: 'tenant create', tenant: 'acme', outcome: 'undone' })
    await prepareSandbox(world.panel, host)
    expect((await createTenant(world.panel, { name: 'acme' })).port).toBe(20_000)
  })

  it('a create whose link dies is taken back before the next change', async () => {
    const work = await world.panel.client.tenant.create({ name: 'acme', allow: [{ cidr: client.address4 }] })
    let failure: unknown
    try {
      for (;;) {
        const next = await work.next()
        if (next.done === true) break
        if (next.value.key === 'reserve-port' && next.value.state === 'done') await host.dropLink()
      }
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Error)
    await host.restoreLink()
    const made = await createTenant(world.panel, { name: 'other' })
    expect(made.state).toBe('running')
    await until(
      'the cut-off create is taken back',
      async () => (await world.panel.client.tenant.list({})).length === 1,
    )
    expect((await world.panel.client.tenant.list({})).map((tenant) => tenant.name)).toEqual(['other'])
    const names = (await host.exec(['docker', 'ps', '-a', '--format', '{{.Names}}'])).stdout
      .trim()
      .split('\n')
    expect(names).toEqual([`memharbor-${made.id}`])
    expect(await recordedIds(host)).toEqual([made.id])
  })

  it('a revoke whose answer is lost is finished before the next change', async () => {
    const { port } = await createTenant(world.panel, { name: 'acme', allow: [{ cidr: client.address4 }] })
    await host.dropLink()
    const lost = await problemOf(world.panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] }))
    expect(lost).toMatchObject({ code: 'NOT_IN_FORCE', details: { tenant: 'acme', host: 'web1' } })
    await host.restoreLink()
    await world.reopen()
    await createTenant(world.panel, { name: 'next' })
    await until('nothing is unfinished', async () =>
      (await world.panel.client.activity.list({})).every(({ outcome }) => outcome === 'done'),
    )
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    expect((await world.panel.client.tenant.show({ name: 'acme' })).allow).toEqual([])
  })

  it('a cancelled create leaves nothing', async () => {
    const stop = new AbortController()
    const work = await world.panel.client.tenant.create({ name: 'acme' }, { signal: stop.signal })
    const ended = (async () => {
      for (;;) {
        const next = await work.next()
        if (next.done === true) return 'made'
        if (next.value.key === 'reserve-port') stop.abort()
      }
    })()
    await expect(ended).rejects.toThrow()
    expect(await createTenant(world.panel, { name: 'next' })).toMatchObject({ port: 20_000 })
    expect((await world.panel.client.tenant.list({})).map((tenant) => tenant.name)).toEqual(['next'])
  })

  it('a reboot leaves everything closed to strangers and open to the allowlist, without the laptop', async () => {
    const stranger = await world.addClient()
    const { port } = await createTenant(world.panel, {
      name: 'acme',
      allow: [{ cidr: client.address4 }, { cidr: client.address6 }],
    })
    for (const kind of ['shutdown', 'power'] as const) {
      await host.reboot({ kind, units: ['memharbor-firewall.service'] })
      for (const address of [host.address4, host.address6]) {
        expect(await memcacheTalk(stranger, address, port)).toEqual(timeout)
        expect(await memcacheTalk(client, address, port, undefined, 5_000)).toMatchObject(answer)
      }
    }
    // A damaged state file still leaves the range closed to everybody.
    await host.exec(['bash', '-c', 'echo "{" > /var/lib/memharbor/state.json'])
    await host.reboot({ kind: 'shutdown', units: ['memharbor-firewall.service'] })
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    expect(await memcacheTalk(stranger, host.address6, port)).toEqual(timeout)
    const fromHost = await memcacheTalk(host, '127.0.0.1', port)
    expect(fromHost).toMatchObject(answer)
  })

  it('a boot with the state of a narrower configuration opens no tenant of a later one, from its start', async () => {
    const { port } = await createTenant(world.panel, { name: 'acme' })
    await world.panel.close()
    const older = { range: { from: 12_000, to: 12_999 }, supernet: '10.213.0.0/16', reservedMb: 512 }
    const rest = { operator: host.user, operationId: 'older-range', ifRevision: null }
    const configured = await host.exec(
      ['sh', '-ec', 'rm -r /var/lib/memharbor/*; /usr/local/sbin/memharbor-host'],
      { input: `${JSON.stringify({ v: 1, op: 'configure', ...older, ...rest })}\n` },
    )
    expect(JSON.parse(configured.stdout)).toMatchObject({ ok: true })
    // Nothing else runs the helper, so that it stays as it is from the start of Docker's containers on.
    await host.exec(['rm', '-r', '/etc/systemd/system/docker.service.d'])
    await host.reboot({ kind: 'shutdown', units: ['memharbor-firewall.service'] })
    expect(await memcacheTalk(host, '127.0.0.1', port, undefined, 5_000)).toMatchObject(answer)
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    expect(await memcacheTalk(client, host.address6, port)).toEqual(timeout)
  })
})
