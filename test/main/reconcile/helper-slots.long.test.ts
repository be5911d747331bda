import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { helperPath } from '../../resources/host/helper-host.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, problemOf } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const closed = { kind: 'timeout' }
/** A helper that hangs before it has introduced itself is waited for as one that sudo starts late. */
const timeLimits = { callMs: 2_000, startMs: 8_000, lookMs: 1_500, heardMs: 300, lookEveryMs: 300 }

describe.skipIf(reason !== null)(
  `helpers that hang leave a place to take access away${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    let port: number
    let made = 0
    const hung: string[] = []

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
    })
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    })
    beforeEach(async () => {
      made += 1
      const allow = [{ cidr: client.address4 }]
      port = (await createTenant(panel, { name: nameNow(), memoryMb: 16, allow })).port
      await panel.close()
      // No helper has been asked for yet.
      panel = await openPanel(panel.dataDir, { timeLimits })
      await until('the helpers of before have ended', async () => (await helpers()).length === 0)
    })
    afterEach(async () => {
      for (const pid of hung.splice(0)) await host.exec(['kill', '-KILL', pid])
      // sudo stops together with its command, and would not notice the end.
      await host.exec(['pkill', '-CONT', '-x', 'sudo'])
    })

    const nameNow = (): string => `acme${made}`
    const helpers = async (): Promise<string[]> => {
      const { stdout } = await host.exec(['pgrep', '-f', `^/usr/bin/python3 -IS ${helperPath}$`])
      return stdout.split('\n').filter(Boolean)
    }
    /** Stops the one helper that is not stopped yet. */
    const hang = async (): Promise<void> => {
      const running = (await helpers()).filter((pid) => !hung.includes(pid))
      expect(running).toHaveLength(1)
      for (const pid of running) await host.exec(['kill', '-STOP', pid])
      hung.push(...running)
    }
    const look = async () =>
      (await panel.client.tenant.list({})).find(({ name }) => name === nameNow())?.state
    const revoke = () => panel.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] })

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

    it('as many of looks as there may be', { timeout: 180_000 }, async () => {
      // A look may be answered by the one before.
      for (let without = 0; without < 3; without += 1) {
        const asked = look()
        const isNew = async () => (await helpers()).length > hung.length
        await Promise.race([asked, until('a helper looks', isNew)])
        if (await isNew()) {
          await hang()
          without = -1
        }
        await asked
      }
      expect(hung.length, 'looks had more than one').toBeGreaterThan(1)
      await revoke()
      expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
    })

    it('also where sudo takes longer than a call', async () => {
      const slowSudo = '/usr/local/bin/sudo'
      const seconds = (2 * timeLimits.callMs) / 1_000
      const text = `#!/bin/sh\nsleep ${seconds}\nexec /usr/bin/sudo "$@"\n`
      await writeHostFile(host.namespace, slowSudo, text, { mode: '755' })
      try {
        await revoke()
        expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
      } finally {
        await host.exec(['rm', slowSudo])
      }
    })

    it('the one that takes access away hangs itself, beside one of looks', async () => {
      await revoke()
      await hang()
      await panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: client.address4 }] })
      expect(await memcacheTalk(client, host.address4, port)).toMatchObject({ kind: 'answer' })
      expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
      await until('it is closed', async () => {
        return (await memcacheTalk(client, host.address4, port, undefined, 500)).kind === 'timeout'
      })
    })
  },
)
