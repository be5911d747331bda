import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import type { Suite } from '../hosts/live/suites.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { countBack, startSweep } from '../hosts/sweep.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../main/panel.ts'
import { mustExec } from './boot-service.ts'

const timeout = 600_000
const conf = '/etc/nftables.conf'
/** The operator's own table. */
const own =
  'table inet own {\n\tchain guard {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport 5432 drop\n\t}\n}'

const testSaved = async (suite: Suite): Promise<void> => {
  const root = await observeLiveRoot(suite)
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(
    `a live host of ${suite} whose operator saves all rules of nftables${skipped}`,
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
        friend = await startClient(host, { index: 0 })
        denied = await startClient(host, { index: 1 })
        await mustExec(host, 'systemctl enable nftables')
        panel = await openPanel()
        await addSandbox(panel, host)
        await prepareSandbox(panel, host)
        const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
        ;({ port } = await createTenant(panel, { name: 'acme', memoryMb: 16, allow }))
        await mustExec(host, `nft -f - <<'END'\n${own}\nEND`)
      }, timeout)
      afterAll(async () => {
        await panel?.stop()
        await friend?.stop()
        await denied?.stop()
        await host?.stop()
      }, timeout)

      const readLines = async () => {
        const { lines } = await panel.client.host.check({ name: host.name })
        return lines.filter(({ subject }) => subject === 'Saved firewall')
      }
      const reboot = async (): Promise<string> => {
        const answers = await countBack(denied, host, undefined, 'answers')
        const sweep = await startSweep(denied, host, { from: port, to: port + 1 }, 200)
        const failed = await host.reboot().then(
          () => '',
          (error: Error) => error.message,
        )
        await until(
          'the friend gets in over both families',
          async () =>
            (
              await Promise.all(
                [host.address4, host.address6].map((each) => memcacheTalk(friend, each, port)),
              )
            ).every(({ kind }) => kind === 'answer'),
          timeout,
        )
        await sweep.more(5, timeout)
        await sweep.stop()
        expect(await answers()).toEqual({ packets4: 0, packets6: 0 })
        await denied.exec(['sh', '-c', 'iptables -t raw -F; ip6tables -t raw -F'])
        return failed
      }
      const hasOwn = async (): Promise<boolean> =>
        (await mustExec(host, 'nft list tables')).includes('table inet own')

      it('is told before the boot at which nothing of it is loaded, and nobody gets in at that', async () => {
        expect(await readLines()).toEqual([])
        await mustExec(host, `nft list ruleset > ${conf} 2>/dev/null`)
        const [line] = await readLines()
        expect(line).toMatchObject({
          verdict: 'bad',
          sentence: expect.stringContaining('nothing of it is loaded'),
        })
        expect(await reboot()).toContain('nftables.service')
        expect(await hasOwn()).toBe(false)
      })

      it('loads what the command of the check saved, at a boot and at a reload', async () => {
        await mustExec(host, `nft -f - <<'END'\n${own}\nEND`)
        const [line] = await readLines()
        const [, command = ''] = /`sudo (.+)`/.exec(line?.advice ?? '') ?? []
        await mustExec(host, command)
        expect(await readLines()).toEqual([])
        expect(await reboot()).toBe('')
        expect(await mustExec(host, 'nft -s list table inet own')).toBe(own)
        await mustExec(host, 'systemctl reload nftables')
        expect(await mustExec(host, 'nft -s list table inet own')).toBe(own)
        // It flushes nobody else's.
        expect(await mustExec(host, 'iptables-save -t nat')).toContain('DOCKER')
      })

      it('looks at what it includes, too', async () => {
        await mustExec(
          host,
          `mkdir /etc/nftables.d && nft list table ip raw > /etc/nftables.d/raw.nft 2>/dev/null && echo 'include "/etc/nftables.d/*.nft"' >> ${conf}`,
        )
        expect((await readLines()).map(({ sentence }) => sentence.split(' ')[0])).toEqual([
          '/etc/nftables.d/raw.nft',
        ])
        await mustExec(host, `rm -r /etc/nftables.d && sed -i /include/d ${conf}`)
      })

      it('makes the sets early, within its time, in no circle, and holds nothing up where ipset is missing', async () => {
        expect(
          await mustExec(host, 'systemd-analyze verify memharbor-sets.service 2>&1 || true'),
        ).not.toContain('memharbor')
        const order = await mustExec(
          host,
          'systemctl show memharbor-sets -p Before -p RequiresMountsFor -p TimeoutStartUSec',
        )
        for (const each of ['network-pre.target', 'nftables.service', 'netfilter-persistent.service'])
          expect(order).toContain(each)
        expect(order).toMatch(/TimeoutStartUSec=2s/)
        expect(order).toMatch(/RequiresMountsFor=.*\/usr\/sbin/)
        expect(await mustExec(host, 'journalctl -b --no-pager')).not.toMatch(/ordering cycle/i)
        await mustExec(host, 'mv /usr/sbin/ipset /root/')
        await host.reboot().catch(() => undefined)
        expect(await mustExec(host, 'systemctl is-active nftables network-pre.target')).toBe('active\nactive')
        expect(await hasOwn()).toBe(true)
        // One that hangs is ended, five times.
        await mustExec(host, "printf '#!/bin/sh\\nsleep 600\\n' > /usr/sbin/ipset; chmod 755 /usr/sbin/ipset")
        const begunAt = performance.now()
        await mustExec(host, 'systemctl restart memharbor-sets || true')
        const tookMs = performance.now() - begunAt
        await mustExec(host, 'mv /root/ipset /usr/sbin/')
        expect(tookMs).toBeLessThan(20_000)
        expect(await reboot()).toBe('')
      })

      it('is left as it is by an undo that is told so, which says what follows', async () => {
        await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
        await mustExec(host, `nft list ruleset > ${conf} 2>/dev/null`)
        const undo = { name: host.name, undo: true } as const
        expect(await problemOf(panel.client.host.planPrepare(undo))).toMatchObject({
          ...{ code: 'FIREWALL_SAVED', details: { path: conf } },
        })
        const told = { ...undo, keepSaved: true }
        const { saved, fingerprint } = await panel.client.host.planPrepare(told)
        expect(saved).toMatchObject([{ path: conf, sentence: expect.stringContaining('At the next boot') }])
        const refused = panel.client.host.prepare({ ...told, fingerprint, confirmed: false })
        expect(await problemOf(readWork(refused))).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
        await readWork(panel.client.host.prepare({ ...told, fingerprint, confirmed: true }))
        expect(await mustExec(host, `cat ${conf}`)).toContain('MEMHARBOR')
        expect(
          await mustExec(host, 'ip rule; ls /etc/systemd/system /usr/local/sbin; iptables-save -t raw'),
        ).not.toMatch(/memharbor|MEMHARBOR|blackhole/)
      })

      it('is asked about before such a host is prepared again', async () => {
        const plan = await panel.client.host.planPrepare({ name: host.name })
        expect(plan.saved).toMatchObject([{ path: conf }])
        const input = { name: host.name, fingerprint: plan.fingerprint }
        const unasked = panel.client.host.prepare({ ...input, confirmed: false })
        expect(await problemOf(readWork(unasked))).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
        await readWork(panel.client.host.prepare({ ...input, confirmed: true }))
      })
    },
  )
}

await testSaved('forky')
await testSaved('trixie')
