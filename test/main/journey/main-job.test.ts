import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
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

const reason = skipReason()
const answer = { kind: 'answer' }
const timeout = { kind: 'timeout' }

describe.skipIf(reason !== null)(`the main job${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let other: HostNamespace
  let first: Client
  let second: Client
  let panel: Panel

  beforeAll(async () => {
    host = await startHost({ name: 'web1' })
    other = await startHost({ name: 'web2', sudo: 'nopasswd' })
    first = await startClient(host, { index: 0 })
    second = await startClient(host, { index: 1 })
    panel = await openPanel()
  })

  afterAll(async () => {
    await panel?.stop()
    await first?.stop()
    await second?.stop()
    await other?.stop()
    await host?.stop()
  })

  it('connects a host and says what is missing', async () => {
    const { host: added, adopted } = await addSandbox(panel, host)
    expect(added).toMatchObject({ name: 'web1', mode: 'unknown', tenants: 0 })
    expect(adopted).toEqual([])
    const { ready, lines } = await panel.client.host.check({ name: 'web1' })
    expect(ready).toBe(false)
    const missing = lines.filter((line) => line.verdict === 'missing').map((line) => line.subject)
    expect(missing).toEqual(['Networks', 'Helper', 'sudo', 'Image'])
    const refused = await problemOf(readWork(panel.client.tenant.create({ name: 'early' })))
    expect(refused.code).toBe('HOST_NOT_PREPARED')
  })

  it('prepares it as planned, and has nothing to do the second time', async () => {
    const { plan, steps, result } = await prepareSandbox(panel, host)
    expect(plan.needsSudoPassword).toBe(true)
    const done = steps.filter((step) => step.state === 'done').map((step) => step.key)
    expect(done).toEqual(plan.steps.map((step) => step.kind))
    expect(done).toEqual(['install-helper', 'close-range', 'create-network', 'build-image'])
    expect(result).toMatchObject({ mode: 'filtered', portRange: { from: 20_000, to: 29_999 } })
    const { ready, lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.filter((line) => line.verdict !== 'good')).toEqual([])
    expect(ready).toBe(true)
    const again = await panel.client.host.planPrepare({ name: 'web1' })
    expect(again).toMatchObject({ steps: [], needsSudoPassword: false })
  })

  it('creates a tenant in one step; the allowed address gets in over IPv4 and IPv6, the other does not', async () => {
    const allow = [{ cidr: first.address4, label: 'office' }, { cidr: first.address6 }]
    const { steps, result } = await readWork(panel.client.tenant.create({ name: 'acme', allow }))
    expect(steps.filter((step) => step.state === 'done').map((step) => step.key)).toEqual([
      ...['reserve-port', 'write-record', 'create-container', 'await-answer'],
    ])
    expect(result).toMatchObject({
      ...{ name: 'acme', host: 'web1', state: 'running', port: 20_000, memoryMb: 64, openToAnyone: false },
      addresses: [host.address4, host.address6],
      allow: [
        { cidr: `${first.address4}/32`, label: 'office' },
        { cidr: `${first.address6}/128`, label: '' },
      ],
    })
    const stored = 'set greeting 0 60 5\r\nhello\r\nget greeting\r\n'
    const said = await memcacheTalk(first, host.address4, 20_000, `version\r\n${stored}`)
    expect(said).toMatchObject({ kind: 'answer', text: expect.stringContaining('VERSION ') })
    expect(said).toMatchObject({
      text: expect.stringContaining('STORED\r\nVALUE greeting 0 5\r\nhello\r\nEND'),
    })
    expect(await memcacheTalk(first, host.address6, 20_000)).toMatchObject(answer)
    expect(await memcacheTalk(second, host.address4, 20_000)).toEqual(timeout)
    expect(await memcacheTalk(second, host.address6, 20_000)).toEqual(timeout)
  })

  it('starts a tenant closed: without an allowlist nobody gets in', async () => {
    const { port } = await createTenant(panel, { name: 'shut' })
    expect(await memcacheTalk(first, host.address4, port)).toEqual(timeout)
    expect(await memcacheTalk(first, host.address6, port)).toEqual(timeout)
    const anyone = await panel.client.tenant.allow({ name: 'shut', entries: [{ cidr: 'anyone' }] })
    expect(anyone.tenant.openToAnyone).toBe(true)
    expect(await memcacheTalk(second, host.address4, port)).toMatchObject(answer)
    expect(await memcacheTalk(second, host.address6, port)).toMatchObject(answer)
    await panel.client.tenant.revoke({ name: 'shut', cidrs: ['anyone'] })
    expect(await memcacheTalk(second, host.address4, port)).toEqual(timeout)
    expect(await memcacheTalk(second, host.address6, port)).toEqual(timeout)
  })

  it('cuts live connections of who is revoked, and only those that nothing covers any more', async () => {
    const { port } = await createTenant(panel, {
      name: 'live',
      allow: [
        ...[{ cidr: first.address4 }, { cidr: first.address6 }, { cidr: second.address4 }],
        { cidr: '203.0.113.4/30', label: "the second client's subnet" },
      ],
    })
    const hold = async (client: Client, address: string) => {
      const held = await client.spawn(['nc', address, String(port)])
      await held.write('version\r\n')
      await held.waitFor('VERSION')
      return held
    }
    const leaving = await hold(first, host.address4)
    const leavingBy6 = await hold(first, host.address6)
    const staying = await hold(second, host.address4)
    expect(second.address4).toBe('203.0.113.6')
    const cidrs = [first.address4, first.address6, second.address4]
    const covered = await problemOf(panel.client.tenant.revoke({ name: 'live', cidrs }))
    expect(covered).toMatchObject({ code: 'ENTRY_COVERED', details: { cidr: `${second.address4}/32` } })
    const { cut } = await panel.client.tenant.revoke({
      name: 'live',
      cidrs: [first.address4, first.address6],
    })
    expect(cut.map(({ address }) => address).sort()).toEqual([first.address4, first.address6].sort())
    await leaving.exited()
    await leavingBy6.exited()
    await staying.write('get nothing\r\n')
    await staying.waitFor('END')
    await staying.kill()
  })

  it('cuts them in a container that somebody renamed, too', async () => {
    const allow = [{ cidr: first.address4 }]
    const { id, port } = await createTenant(panel, { name: 'renamed', allow })
    const held = await first.spawn(['nc', host.address4, String(port)])
    await held.write('version\r\n')
    await held.waitFor('VERSION')
    const rename = await host.exec(['docker', 'rename', `memharbor-${id}`, 'cache1'])
    expect(rename).toMatchObject({ status: 0 })
    const { cut } = await panel.client.tenant.revoke({ name: 'renamed', cidrs: [first.address4] })
    expect(cut.map(({ address }) => address)).toEqual([first.address4])
    await held.exited()
    await host.exec(['docker', 'rename', 'cache1', `memharbor-${id}`])
    await readWork(panel.client.tenant.delete({ name: 'renamed', confirmed: true }))
  })

  it('keeps a second host beside the first, and lists both', async () => {
    await addSandbox(panel, other)
    const { plan } = await prepareSandbox(panel, other)
    expect(plan.needsSudoPassword).toBe(false)
    const unclear = await problemOf(readWork(panel.client.tenant.create({ name: 'where' })))
    expect(unclear).toMatchObject({ code: 'HOST_NOT_NAMED', details: { hosts: ['web1', 'web2'] } })
    const made = await createTenant(panel, { name: 'second', host: 'web2' })
    expect(made).toMatchObject({ host: 'web2', port: 20_000, addresses: [other.address4, other.address6] })
    const listed = await panel.client.tenant.list({})
    expect(listed.map(({ name, host: on, state }) => [name, on, state])).toEqual([
      ['acme', 'web1', 'running'],
      ['live', 'web1', 'running'],
      ['second', 'web2', 'running'],
      ['shut', 'web1', 'running'],
    ])
    expect(await panel.client.tenant.list({ host: 'web2' })).toHaveLength(1)
  })

  it('deletes a tenant with everything of it on the host, and keeps its history', async () => {
    const unsure = await problemOf(readWork(panel.client.tenant.delete({ name: 'acme', confirmed: false })))
    expect(unsure.code).toBe('CONFIRMATION_NEEDED')
    // A denied source leaves an entry that has to go too.
    await memcacheTalk(second, host.address4, 20_000)
    expect((await host.exec(['ipset', 'save', 'mhd4'])).stdout).toContain(',tcp:20000')
    await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    expect((await host.exec(['ipset', 'save'])).stdout).not.toContain('tcp:20000')
    const containers = (await host.exec(['docker', 'ps', '-a', '--format', '{{.Names}} {{.Ports}}'])).stdout
    expect(containers).not.toContain('20000')
    expect(await memcacheTalk(first, host.address4, 20_000)).toEqual(timeout)
    const gone = await problemOf(panel.client.tenant.show({ name: 'acme' }))
    expect(gone).toMatchObject({ code: 'NOT_FOUND', details: { name: 'acme' } })
    const history = (await panel.client.activity.list({})).filter((operation) => operation.tenant === 'acme')
    expect(history.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['tenant delete', 'done'],
      ['tenant create', 'done'],
    ])
  })

  it('does not give the port of a deleted tenant to the next one, but its name', async () => {
    const again = await createTenant(panel, { name: 'acme', host: 'web1' })
    expect(again.port).not.toBe(20_000)
  })
})
