import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { awaitNoHelper, observeHelpers } from '../../resources/host/helper-host.ts'
import { createTenant, problemOf } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const closed = { kind: 'timeout' }
/** A helper that hangs before it has introduced itself is waited for as one that sudo starts late. */
const timeLimits = {
  ...{ callMs: 2_000, startMs: 6_000, urgentStartMs: 12_000, slowStartMs: 500 },
  ...{ lookMs: 1_500, heardMs: 300, lookEveryMs: 300 },
}

describeOnHosts('helpers that hang leave a place to take access away', () => {
  let world: PanelHost
  let host: HostNamespace
  let client: Client
  let port: number
  let made = 0
  const hung: string[] = []

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    client = await world.addClient()
  })
  afterAll(() => world?.stop())
  beforeEach(async () => {
    made += 1
    const allow = [{ cidr: client.address4 }]
    port = (await createTenant(world.panel, { name: nameNow(), memoryMb: 16, allow })).port
    // No helper has been asked for yet.
    await world.reopen(undefined, { timeLimits })
    await awaitNoHelper(host)
  })
  afterEach(async () => {
    for (const pid of hung.splice(0)) await host.exec(['kill', '-KILL', pid])
    // sudo stops together with its command, and would not notice the end.
    await host.exec(['pkill', '-CONT', '-x', 'sudo'])
  })

  const nameNow = (): string => `acme${made}`
  /** Stops the one helper that is not stopped yet. */
  const hang = async (): Promise<void> => {
    const running = (await observeHelpers(host)).filter((pid) => !hung.includes(pid))
    expect(running).toHaveLength(1)
    for (const pid of running) await host.exec(['kill', '-STOP', pid])
    hung.push(...running)
  }
  const look = async () =>
    (await world.panel.client.tenant.list({})).find(({ name }) => name === nameNow())?.state
  const revoke = () => world.panel.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] })

  it('one of looks that was given up, and another that is not yet', async () => {
    expect(await look()).toBe('running')
    await hang()
    expect(await look()).toBe('unknown')
    await until('looks go on with another', async () => (await look()) === 'running')
    await hang()
    const looking = look()
    await revoke()
    expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
    await looking
  })

  it('more of looks than there may be at once', { timeout: 180_000 }, async () => {
    // One that hangs at its start is waited for longest. Then it is killed, and looks have another.
    const patienceMs = timeLimits.startMs + timeLimits.callMs
    for (let last = performance.now(); hung.length < 4 && performance.now() - last < patienceMs; ) {
      const asked = look()
      const isNew = async () => (await observeHelpers(host)).length > hung.length
      await Promise.race([asked, until('a helper looks', isNew, timeLimits.callMs).catch(() => {})])
      if (await isNew()) {
        await hang()
        last = performance.now()
      }
      await asked
    }
    expect(hung.length, 'looks had more than one').toBeGreaterThan(1)
    await revoke()
    expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
  })

  it('also where sudo takes longer than looks wait for it', async () => {
    const slowSudo = '/usr/local/bin/sudo'
    const seconds = timeLimits.startMs / 1_000 + 1
    const text = `#!/bin/sh\nsleep ${seconds}\nexec /usr/bin/sudo "$@"\n`
    await writeHostFile(host.namespace, slowSudo, text, { mode: '755' })
    try {
      await revoke()
      expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
      expect(await world.panel.client.program.takeNotices()).toContainEqual(
        expect.stringMatching(
          /^sudo on web1 has not .* within 0\.5 s\. It is waited for, up to \S+ s, and to take access away up to 12 s\. .*`time sudo -n \S+ <\/dev\/null`/,
        ),
      )
    } finally {
      await host.exec(['rm', slowSudo])
    }
  })

  it('the one that takes access away hangs itself, beside one of looks', async () => {
    await revoke()
    await hang()
    await world.panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: client.address4 }] })
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject({ kind: 'answer' })
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    await until('it is closed', async () => {
      return (await memcacheTalk(client, host.address4, port, undefined, 500)).kind === 'timeout'
    })
  })
})
