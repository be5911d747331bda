import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { containerName } from '../../../src/domain/host-names.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { openPage, type Page } from '../live/page.ts'
import { addSandbox, createTenant, type Panel, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
const state = '/var/lib/memharbor'

describeOnHosts('whatever others do, access is closed', () => {
  let world: PanelHost
  let host: HostNamespace
  let client: Client
  /** Another laptop, with a store of its own. */
  let other: Panel
  let page: Page
  /** Holds the first panel's work at a point, for as long as it is set. */
  let gate:
    | { readonly point: string; readonly reached: () => void; readonly until: Promise<void> }
    | undefined
  let port: number
  let made = 0

  beforeAll(async () => {
    const atPoint = async (point: string): Promise<void> => {
      if (gate?.point !== point) return
      gate.reached()
      await gate.until
    }
    world = await startPreparedPanelHost({ atPoint, timeLimits: { lookEveryMs: 500, callMs: 4_000 } })
    host = world.host
    client = await world.addClient()
    other = await world.addPanel({ timeLimits: { lookEveryMs: 300 } })
    page = openPage(other.client)
  })
  afterAll(async () => {
    await page?.close()
    await world?.stop()
  })
  beforeEach(async () => {
    made += 1
    gate = undefined
    port = (await createTenant(world.panel, { name: nameNow(), allow: [{ cidr: client.address4 }] })).port
  })

  /** The other laptop takes in what is new while somebody looks at its page. */
  const otherKnows = () =>
    until('the other laptop knows it', () => page.find(nameNow())?.state === 'running', 30_000)
  const nameNow = (): string => `acme${made}`
  const talk = () => memcacheTalk(client, host.address4, port)
  const entries = () => [{ cidr: client.address4 }]
  const revoke = (of: Panel, cidr = client.address4) =>
    of.client.tenant.revoke({ name: nameNow(), cidrs: [cidr] })
  const listOf = async (of: Panel) =>
    (await of.client.tenant.show({ name: nameNow() })).allow.map(({ cidr }) => cidr)
  const closeGate = (point: string) => {
    let open = (): void => {}
    let reached = (): void => {}
    const isReached = new Promise<void>((resolve) => {
      reached = resolve
    })
    const until = new Promise<void>((resolve) => {
      open = resolve
    })
    gate = { point, reached, until }
    return { isReached, open: () => open() }
  }
  const containerOf = async () =>
    containerName((await world.panel.client.tenant.show({ name: nameNow() })).id)

  it('what another laptop let in meanwhile is revoked too', async () => {
    await otherKnows()
    await revoke(world.panel)
    await other.client.tenant.allow({ name: nameNow(), entries: entries() })
    expect(await talk()).toMatchObject(answer)
    await revoke(world.panel)
    expect(await talk()).toEqual(closed)
    expect(await listOf(world.panel)).toEqual([])
  })

  it('what another laptop resumed meanwhile is suspended too', async () => {
    await otherKnows()
    await world.panel.client.tenant.suspend({ name: nameNow() })
    await until('the other laptop sees it', () => page.find(nameNow())?.state === 'suspended')
    await other.client.tenant.resume({ name: nameNow() })
    expect(await talk()).toMatchObject(answer)
    await world.panel.client.tenant.suspend({ name: nameNow() })
    expect(await talk()).toEqual(closed)
  })

  it('a revoke right after an allow that is still under way', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 6; round += 1) {
      await revoke(world.panel).catch(() => {})
      const allowing = world.panel.client.tenant
        .allow({ name: nameNow(), entries: entries() })
        .catch(() => {})
      await pause(round * 10)
      await revoke(world.panel).catch(async (error: unknown) => {
        expect(await problemOf(Promise.reject(error))).toMatchObject({ code: 'ENTRY_ABSENT' })
        await allowing
        await revoke(world.panel)
      })
      await allowing
      expect(await talk(), `after ${round * 10} ms`).toEqual(closed)
    }
  })

  it('a resize under way does not bring back what another laptop revoked', async () => {
    await world.panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.9' }] })
    const { isReached, open } = closeGate('before limit-container')
    const input = { name: nameNow(), memoryMb: 96, confirmed: true }
    const resizing = readWork(world.panel.client.tenant.resize(input)).catch(() => {})
    await isReached
    await otherKnows()
    await revoke(other)
    await revoke(world.panel, '203.0.113.9')
    open()
    await resizing
    expect(await talk()).toEqual(closed)
    await world.panel.client.tenant.annotate({ name: nameNow(), notes: 'later' }).catch(() => {})
    expect(await talk()).toEqual(closed)
  })

  it('a change that is taken back does not bring back what another laptop revoked', async () => {
    const { isReached, open } = closeGate('before await-answer')
    const moving = readWork(
      world.panel.client.tenant.move({ name: nameNow(), port: port + 500, confirmed: true }),
    ).catch(() => {})
    await isReached
    await otherKnows()
    await revoke(other)
    await runScript(host, `docker rm -f ${await containerOf()}`)
    open()
    await moving
    for (const each of [port, port + 500]) {
      expect(await memcacheTalk(client, host.address4, each)).not.toMatchObject(answer)
    }
  })

  it('closes beside a change that hangs; an open panel without a page has it recorded afterwards', async () => {
    const held = await host.spawn(['flock', `${state}/lock`, 'sh', '-c', 'echo held; read _'])
    await until('the lock is held', async () => (await held.output()).includes('held'))
    const notYet = {
      code: 'NOT_KEPT',
      message: expect.stringMatching(/^Closed on .* not kept there: .* \(process \d+\)/),
    }
    expect(await problemOf(revoke(world.panel))).toMatchObject(notYet)
    expect(await talk()).toEqual(closed)
    // The same again says the same.
    expect(await problemOf(revoke(world.panel))).toMatchObject(notYet)
    // Letting in again would be undone by the next try of it.
    const allowed = world.panel.client.tenant.allow({ name: nameNow(), entries: entries() })
    expect(await problemOf(allowed)).toMatchObject({
      code: 'CLOSING_FIRST',
      message: expect.stringMatching(/was not changed, because revoking .* \(process \d+\)/),
    })
    await held.kill()
    const pending = async () => (await world.panel.client.tenant.show({ name: nameNow() })).pending
    await until('it is recorded', async () => (await pending()).length === 0, 20_000)
    await runScript(host, 'rm -f /run/memharbor-unrecorded; /usr/local/sbin/memharbor-host </dev/null')
    expect(await talk()).toEqual(closed)
  })

  it('a host that was put back is noticed by revoking something else there', async () => {
    // Whoever watches at the other laptop would have it closed again at once.
    await page.close()
    const second = await createTenant(world.panel, { name: `${nameNow()}-b`, allow: entries() })
    const talkSecond = () => memcacheTalk(client, host.address4, second.port)
    await keepState(host)
    await revoke(world.panel)
    // Now the panel has agreed with the host on where its history is.
    await world.panel.client.tenant.list({})
    await putStateBack(host)
    expect(await talk()).toMatchObject(answer)
    await world.panel.client.tenant.revoke({ name: second.name, cidrs: [client.address4] })
    expect(await talkSecond()).toEqual(closed)
    await until('what was closed before is closed again', async () => (await talk()).kind === 'timeout')
  })

  it('a delete that is halfway, on a host that was put back', async () => {
    await keepState(host)
    const container = await containerOf()
    await host.stopDocker()
    const deleting = readWork(world.panel.client.tenant.delete({ name: nameNow(), confirmed: true }))
    expect((await problemOf(deleting)).code).not.toBe('NOT_IN_FORCE')
    await putStateBack(host)
    await host.startDocker()
    // Unless the panel has removed it by now.
    await host.exec(['docker', 'start', container])
    await world.panel.client.tenant.list({})
    await until('it is closed again', async () => (await talk()).kind !== 'answer')
  })

  it('a host that is forgotten keeps nothing pending', async () => {
    await host.stopSsh()
    expect(await problemOf(revoke(world.panel))).toMatchObject({ code: 'NOT_IN_FORCE' })
    await world.panel.client.program.takeNotices()
    const asked = await problemOf(world.panel.client.host.remove({ name: 'web1', forget: true }))
    expect(asked).toMatchObject({
      code: 'CONFIRMATION_NEEDED',
      message: expect.stringContaining(`revoking ${client.address4}/32 of ${nameNow()}.`),
    })
    expect((await world.panel.client.tenant.show({ name: nameNow() })).pending).toHaveLength(1)
    await world.panel.client.host.remove({ name: 'web1', forget: true, confirmed: true })
    expect(await world.panel.client.program.takeNotices()).toEqual([
      expect.stringContaining(`${nameNow()} was forgotten open: revoking ${client.address4}/32`),
    ])
    await host.startSsh()
    await addSandbox(world.panel, host)
    expect(await world.panel.client.program.takeNotices()).toEqual([
      `web1 was forgotten before revoking ${client.address4}/32 of ${nameNow()} was in force. It lets in as before: do it again.`,
    ])
    expect((await world.panel.client.tenant.show({ name: nameNow() })).pending).toEqual([])
    expect(await listOf(world.panel)).toEqual([`${client.address4}/32`])
  })
})
