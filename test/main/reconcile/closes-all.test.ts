import { cp } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { listPendingClosings } from '../../../src/main/adapters/store/closings.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { makeFolder } from '../folder.ts'
import { addSandbox, createTenant, openPanel, type Panel, problemOf, readWork } from '../panel.ts'
import { keepState, putStateBack } from './kept-state.ts'
import { revokeBesideAllow } from './revoke-beside-allow.ts'
import { useTwoLaptops } from './two-laptops.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
const state = '/var/lib/memharbor'

describeOnHosts('whatever others do, access is closed', () => {
  const laptops = useTwoLaptops()
  const { nameNow, talk, revoke, otherKnows, closeGate } = laptops
  const entries = () => [{ cidr: laptops.client.address4 }]
  const listOf = async (of: Panel) =>
    (await of.client.tenant.show({ name: nameNow() })).allow.map(({ cidr }) => cidr)
  /** Revokes while the host is away, so that it is pending. */
  const leavePending = async (...cidrs: string[]): Promise<void> => {
    await laptops.world.panel.client.tenant.allow({
      name: nameNow(),
      entries: cidrs.map((cidr) => ({ cidr })),
    })
    await laptops.world.host.stopSsh()
    for (const cidr of cidrs)
      expect(await problemOf(revoke(laptops.world.panel, cidr))).toMatchObject({ code: 'NOT_IN_FORCE' })
  }
  const countPending = () =>
    laptops.world.panel.context.services.store.read((db) => listPendingClosings(db).length)

  it('what another laptop let in meanwhile is revoked too', async () => {
    const { world, other } = laptops
    await otherKnows()
    await revoke(world.panel)
    await other.client.tenant.allow({ name: nameNow(), entries: entries() })
    expect(await talk()).toMatchObject(answer)
    await revoke(world.panel)
    expect(await talk()).toEqual(closed)
    expect(await listOf(world.panel)).toEqual([])
  })

  it('a revoke right after an allow that is still under way', () => revokeBesideAllow(laptops, 0))

  it('a resize under way does not bring back what another laptop revoked', async () => {
    const { world, other } = laptops
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

  it('an allow that was asked for before a revoke, and waits behind another change, lets nobody in', async () => {
    const { client } = laptops.world.panel
    const { isReached, open } = closeGate('before restart-container')
    const restarting = readWork(client.tenant.restart({ name: nameNow(), confirmed: true }))
    await isReached
    const again = entries().map((entry) => ({ ...entry, label: 'office' }))
    const allowing = problemOf(client.tenant.allow({ name: nameNow(), entries: again }))
    await revoke(laptops.world.panel)
    open()
    await restarting
    expect(await allowing).toMatchObject({ code: 'CLOSED_SINCE' })
    expect(await talk()).toEqual(closed)
  })

  it('closes beside a change that hangs; an open panel without a page has it recorded afterwards', async () => {
    const { world } = laptops
    const { host } = world
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

  it('while another closing of its tenant is tried: the intent is kept, and a program after this one does it', async () => {
    const { world, client } = laptops
    const { host } = world
    await leavePending('203.0.113.9')
    const { isReached, open } = closeGate('before close-access')
    await host.startSsh()
    await isReached
    const revoking = world.panel.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] })
    revoking.catch(() => {})
    await until('its intent is in the store', async () => (await countPending()) === 2)
    // A program that is killed now leaves this.
    const copy = await makeFolder()
    await cp(world.panel.dataDir, copy, { recursive: true })
    const next = await openPanel(copy)
    try {
      await until('the next program has closed it', async () => (await talk()).kind === 'timeout')
    } finally {
      await next.stop()
    }
    open()
    expect((await revoking).changed).toMatchObject([{ cidr: `${client.address4}/32` }])
    await until('nothing is pending', async () => (await countPending()) === 0)
    expect(await listOf(world.panel)).toEqual([])
  })

  it('before others that are tried again, and no others of them after one had no answer', async () => {
    const { world, options } = laptops
    const { host } = world
    await leavePending('198.51.100.71', '198.51.100.72', '198.51.100.73')
    const [sudo, hanging] = ['/usr/local/bin/sudo', '/tmp/sudo-hangs']
    const hang = `#!/bin/sh\n[ ! -e ${hanging} ] || exec sleep 1000\nexec /usr/bin/sudo "$@"\n`
    await writeHostFile(host.namespace, hanging, '')
    await writeHostFile(host.namespace, sudo, hang, { mode: '755' })
    const timeLimits = { ...options.timeLimits, urgentStartMs: 2_000 }
    try {
      await world.reopen(host.startSsh, { ...options, timeLimits })
      const before = laptops.tries
      await until('one is tried again', () => laptops.tries === before + 1)
      expect(await problemOf(revoke(world.panel))).toMatchObject({
        code: 'NOT_IN_FORCE',
        message: expect.stringContaining('sudo on web1 took longer than 2.0 s to start the helper.'),
      })
      expect(laptops.tries).toBe(before + 2)
      await host.exec(['rm', hanging])
      await until('nothing is pending', async () => (await countPending()) === 0)
      expect(await talk()).toEqual(closed)
    } finally {
      await host.exec(['rm', '-f', sudo, hanging])
      await world.reopen(undefined, options)
    }
  })

  it('a host that was put back is noticed by revoking something else there', async () => {
    const { world, other, client, page } = laptops
    const { host } = world
    // Somebody who watches at the other laptop would have it closed again at once.
    await page.close()
    const second = await createTenant(world.panel, { name: `${nameNow()}-b`, allow: entries() })
    const talkSecond = () => memcacheTalk(client, host.address4, second.port)
    await keepState(host)
    await revoke(world.panel)
    // Now the panel has agreed with the host on where its history is.
    await world.panel.client.tenant.list({})
    // A question of either for the history that is still under way would notice it before the revoke does.
    for (const each of [world.panel, other]) await each.context.services.background.idle(20_000)
    await putStateBack(host)
    expect(await talk()).toMatchObject(answer)
    await world.panel.client.tenant.revoke({ name: second.name, cidrs: [client.address4] })
    expect(await talkSecond()).toEqual(closed)
    await until('what was closed before is closed again', async () => (await talk()).kind === 'timeout')
  })

  it('a host that is forgotten keeps nothing pending', async () => {
    const { world, client } = laptops
    const { host } = world
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
