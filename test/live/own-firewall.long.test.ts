import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { ensureRoot } from '../hosts/live/cache-root.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { platformReason } from '../hosts/live/live-platform.ts'
import type { Suite } from '../hosts/live/suites.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'

const timeout = 600_000

interface FirewallCase {
  readonly suite: Suite
  readonly name: 'ufw' | 'firewalld'
  /** As its operator turns it on; SSH stays open. */
  readonly start: string
}

const testFirewall = async ({ suite, name, start }: FirewallCase): Promise<void> => {
  const reason = platformReason()
  const root =
    reason === null ? await ensureRoot({ suite, packages: [name] }) : { kind: 'unavailable' as const, reason }
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(
    `a live host of ${suite} behind ${name}${skipped}`,
    { timeout },
    () => {
      let host: LiveHost
      let friend: Client
      let denied: Client
      let panel: Panel
      beforeAll(async () => {
        if (root.kind !== 'ready') throw new Error(root.reason)
        host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
        await mustExec(host, start)
        friend = await startClient(host, { index: 0 })
        denied = await startClient(host, { index: 1 })
        panel = await openPanel()
        await addSandbox(panel, host)
        await prepareSandbox(panel, host)
      }, timeout)
      afterAll(async () => {
        await panel?.stop()
        await friend?.stop()
        await denied?.stop()
        await host?.stop()
      }, timeout)

      const readLine = async () => {
        const { lines } = await panel.client.host.check({ name: host.name })
        return lines.find(({ subject }) => subject === 'Own firewall')
      }

      it('says so, gives no IPv6 address, and lets allowed clients in after its line was typed, and nobody else', async () => {
        const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
        const made = await createTenant(panel, { name: 'acme', memoryMb: 16, allow })
        expect(made.addresses).toEqual([host.address4])
        expect(made.leftOut).toContain(`${name} on`)
        expect((await memcacheTalk(friend, host.address6, made.port)).kind).not.toBe('answer')

        const line = await readLine()
        expect(line).toMatchObject({ verdict: 'bad', sentence: expect.stringContaining(name) })
        const [, command = ''] = /`sudo (.+?)`/.exec(line?.advice ?? '') ?? []
        await mustExec(host, command.replace('&& sudo ', '&& '))

        expect(await readLine()).toBeUndefined()
        await until(
          'the friend gets in over IPv6',
          async () => (await memcacheTalk(friend, host.address6, made.port)).kind === 'answer',
          timeout,
        )
        expect(await memcacheTalk(friend, host.address4, made.port)).toMatchObject({ kind: 'answer' })
        for (const address of [host.address4, host.address6])
          expect(await memcacheTalk(denied, address, made.port)).toEqual({ kind: 'timeout' })
        const shown = await panel.client.tenant.show({ name: 'acme' })
        expect(shown.addresses).toEqual([host.address4, host.address6])
      })
    },
  )
}

await testFirewall({
  suite: 'trixie',
  name: 'ufw',
  start: 'ufw allow 22/tcp && ufw --force enable && systemctl restart docker',
})
await testFirewall({
  suite: 'forky',
  name: 'firewalld',
  start: 'systemctl start firewalld && firewall-cmd --add-service=ssh && systemctl restart docker',
})
