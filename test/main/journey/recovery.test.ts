import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
/** The tenants that the host remembers, as its helper tells a process that is no panel. */
const recordedIds = async (host: HostNamespace): Promise<string[]> => {
  const input = '{"v":1,"op":"records"}\n'
  const { stdout } = await host.exec(['/usr/local/sbin/memharbor-host'], { input })
  return Object.keys((JSON.parse(stdout) as { tenants: object }).tenants)
}

const answer = { kind: 'answer' }
const timeout = { kind: 'timeout' }

describe.skipIf(reason !== null)(`nothing is lost${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let client: Client
  let panel: Panel
  const others: Panel[] = []

  beforeEach(async () => {
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  })

  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop()
    await panel?.stop()
    await client?.stop()
    await host?.stop()
  })

  const openOther = async (): Promise<Panel> => {
    const other = await openPanel()
    others.push(other)
    return other
  }

  it('a second laptop finds every tenant on the host, and they see what the other does', async () => {
    const allow = [{ cidr: client.address4, label: 'office' }]
    const { port } = await createTenant(panel, { name: 'acme', allow, notes: 'pays yearly' })
    const other = await openOther()
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
      createTenant(panel, { name: 'mine' }),
      createTenant(other, { name: 'theirs' }),
    ])
    expect(new Set([port, ...ports.map((tenant) => tenant.port)]).size).toBe(3)

    await other.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] })
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    const stale = await problemOf(
      panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.200' }] }),
    )
    expect(stale).toMatchObject({ code: 'REVISION_STALE', details: { tenant: 'acme' } })
    // The first laptop has learned what the second did, and has not undone it.
    expect((await panel.client.tenant.show({ name: 'acme' })).allow).toEqual([])
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: client.address4 }] })
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject(answer)
  })

  it('a host that is forgotten keeps its tenants, and adding it again brings them back', async () => {
    const { port } = await createTenant(panel, { name: 'acme', allow: [{ cidr: client.address4 }] })
    const refused = await problemOf(panel.client.host.remove({ name: 'web1', forget: false }))
    expect(refused).toMatchObject({ code: 'HOST_HAS_TENANTS', details: { tenants: ['acme'] } })
    expect(await panel.client.host.remove({ name: 'web1', forget: true })).toEqual({ forgotten: ['acme'] })
    expect(await panel.client.tenant.list({})).toEqual([])
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject(answer)
    expect((await addSandbox(panel, host)).adopted).toEqual(['acme'])
    expect(await panel.client.tenant.list({})).toMatchObject([{ name: 'acme', port, state: 'running' }])
  })

  it('a create that fails leaves nothing, and its port can be used again', async () => {
    await host.exec(['docker', 'rmi', 'memharbor/memcached:current'])
    const failed = await problemOf(readWork(panel.client.tenant.create({ name: 'acme' })))
    expect(failed).toMatchObject({ code: 'IMAGE_MISSING', details: { host: 'web1' } })
    expect(await panel.client.tenant.list({})).toEqual([])
    expect((await host.exec(['docker', 'ps', '-aq'])).stdout).toBe('')
    expect(await recordedIds(host)).toEqual([])
    const [operation] = await panel.client.activity.list({ limit: 1 })
    expect(operation).toMatchObject({ kind: 'tenant create', tenant: 'acme', outcome: 'undone' })
    await prepareSandbox(panel, host)
    expect((await createTenant(panel, { name: 'acme' })).port).toBe(20_000)
  })

  it('a create whose link dies is taken back before the next change', async () => {
    const work = await panel.client.tenant.create({ name: 'acme', allow: [{ cidr: client.address4 }] })
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
    const made = await createTenant(panel, { name: 'other' })
    expect(made.state).toBe('running')
    await until(
      'the cut-off create is taken back',
      async () => (await panel.client.tenant.list({})).length === 1,
    )
    expect((await panel.client.tenant.list({})).map((tenant) => tenant.name)).toEqual(['other'])
    const names = (await host.exec(['docker', 'ps', '-a', '--format', '{{.Names}}'])).stdout
      .trim()
      .split('\n')
    expect(names).toEqual([`memharbor-${made.id}`])
    expect(await recordedIds(host)).toEqual([made.id])
  })

  it('a revoke whose answer is lost is finished before the next change', async () => {
    const { port } = await createTenant(panel, { name: 'acme', allow: [{ cidr: client.address4 }] })
    await host.dropLink()
    const lost = await problemOf(panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] }))
    expect(lost).toMatchObject({ code: 'NOT_IN_FORCE', details: { tenant: 'acme', host: 'web1' } })
    await host.restoreLink()
    await panel.close()
    panel = await openPanel(panel.dataDir)
    await createTenant(panel, { name: 'next' })
    await until('nothing is unfinished', async () =>
      (await panel.client.activity.list({})).every(({ outcome }) => outcome === 'done'),
    )
    expect(await memcacheTalk(client, host.address4, port)).toEqual(timeout)
    expect((await panel.client.tenant.show({ name: 'acme' })).allow).toEqual([])
  })

  it('a cancelled create leaves nothing', async () => {
    const stop = new AbortController()
    const work = await panel.client.tenant.create({ name: 'acme' }, { signal: stop.signal })
    const ended = (async () => {
      for (;;) {
        const next = await work.next()
        if (next.done === true) return 'made'
        if (next.value.key === 'reserve-port') stop.abort()
      }
    })()
    await expect(ended).rejects.toThrow()
    expect(await createTenant(panel, { name: 'next' })).toMatchObject({ port: 20_000 })
    expect((await panel.client.tenant.list({})).map((tenant) => tenant.name)).toEqual(['next'])
  })

  it('a reboot leaves everything closed to strangers and open to the allowlist, without the laptop', async () => {
    const stranger = await startClient(host, { index: 1 })
    const { port } = await createTenant(panel, {
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
    await stranger.stop()
  })
})
