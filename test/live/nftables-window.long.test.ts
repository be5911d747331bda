import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { countBack, startSweep } from '../hosts/sweep.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'

const timeout = 1_800_000
const root = await observeLiveRoot('forky')
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
/** systemctl does not wait for what is started behind nftables, and refuses more than five starts in ten seconds. */
const settled = 'systemctl reset-failed nftables && systemctl start memharbor-before-stop'
/** How often each is done while a denied client tries. */
const rounds = 60

describe.skipIf(root.kind !== 'ready')(
  `a live host whose nftables is loaded again and again${skipped}`,
  { timeout },
  () => {
    let host: LiveHost
    let friend: Client
    let denied: Client
    let panel: Panel
    let port: number

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
      // Preparing finds it at work, with the file that Debian brings, which begins with `flush ruleset`.
      await mustExec(host, 'systemctl enable --now nftables && systemctl restart docker')
      friend = await startClient(host, { index: 0 })
      denied = await startClient(host, { index: 1 })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
      ;({ port } = await createTenant(panel, { name: 'acme', memoryMb: 16, allow }))
    }, timeout)
    afterAll(async () => {
      await panel?.stop()
      await friend?.stop()
      await denied?.stop()
      await host?.stop()
    }, timeout)

    /** Packets that a client got who tries the port each 2 ms or so, while a command is repeated. */
    const besideEach = async (command: string, times: number) => {
      const answers = await countBack(denied, host, undefined, 'any')
      const sweep = await startSweep(denied, host, { from: port, to: port + 1 }, 2)
      await sweep.more(10, timeout)
      for (let round = 0; round < times; round += 1) await mustExec(host, `${command} && ${settled}`)
      await sweep.more(10, timeout)
      const { packets } = await sweep.stop()
      const got = await answers()
      await denied.exec(['sh', '-c', 'iptables -t raw -F; ip6tables -t raw -F'])
      return { packets, got }
    }
    const begun = new Map([
      ['reload', 'systemctl reload nftables'],
      ['restart', 'systemctl restart nftables'],
      ['stop and start', 'systemctl stop nftables && systemctl start nftables'],
    ])

    it.each([...begun])(`lets nobody in at each %s`, async (_name, command) => {
      const { packets, got } = await besideEach(command, rounds)
      expect(packets).toBeGreaterThan(rounds)
      expect(got).toEqual({ packets4: 0, packets6: 0 })
      expect(await mustExec(host, 'ip rule; ls /run')).not.toMatch(/blackhole|memharbor-closed/)
    })

    it('keeps the connection of an allowed client over it, which waits', async () => {
      const connection = await friend.spawn(['nc', host.address6, String(port)])
      const asked = async (): Promise<void> => {
        const before = (await connection.output()).split('VERSION').length
        await connection.write('version\r\n')
        await until(
          'it is answered',
          async () => (await connection.output()).split('VERSION').length > before,
          timeout,
        )
      }
      await asked()
      for (const command of begun.values()) {
        for (let round = 0; round < 10; round += 1) {
          const [, took] = await Promise.all([mustExec(host, `${command} && ${settled}`), timed(asked)])
          expect(took).toBeLessThan(5_000)
        }
      }
      await asked()
      await connection.kill()
      for (const address of [host.address4, host.address6])
        expect(await memcacheTalk(friend, address, port)).toMatchObject({ kind: 'answer' })
    })

    it('is open for a moment where a stop follows too fast for that, and for no longer', async () => {
      const quickly = 'for i in 1 2 3 4; do systemctl restart nftables; done; systemctl reset-failed nftables'
      const { got } = await besideEach(quickly, 5)
      expect(got.packets4 + got.packets6).toBeLessThan(20 * 100)
    })

    it('control: without what is there for that, a denied client gets in each time', async () => {
      await mustExec(host, 'mv /usr/local/sbin/memharbor-close /root/')
      const { got } = await besideEach('systemctl reload nftables', 1)
      await mustExec(host, 'mv /root/memharbor-close /usr/local/sbin/ && systemctl start memharbor-firewall')
      expect(got.packets4).toBeGreaterThan(0)
      expect(got.packets6).toBeGreaterThan(0)
    })
  },
)

async function timed(work: () => Promise<void>): Promise<number> {
  const begunAt = performance.now()
  await work()
  return performance.now() - begunAt
}
