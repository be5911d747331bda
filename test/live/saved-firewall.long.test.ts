import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { ensureRoot } from '../hosts/live/cache-root.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { platformReason } from '../hosts/live/live-platform.ts'
import type { Suite } from '../hosts/live/suites.ts'
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
import { awaitBoth, entriesOf, reachBoth, patienceMs as timeout } from './reach-both.ts'

const name = 'acme'
/** The operator's own: nothing of ours or of Docker's in them. */
const own = [
  '-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j DROP',
  '-A INPUT -m conntrack --ctstate INVALID -j DROP',
]
const plugin = '/usr/share/netfilter-persistent/plugins.d/10-ipset'

/** A firewall that its operator saved, as Debian's packages do: rules alone, or with the sets that they name. */
const testSaved = async (suite: Suite, packages: readonly string[]): Promise<void> => {
  const reason = platformReason()
  const root =
    reason === null ? await ensureRoot({ suite, packages }) : { kind: 'unavailable' as const, reason }
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(
    `a live host of ${suite} whose operator saves the firewall with ${packages.join(' and ')}${skipped}`,
    { timeout },
    () => {
      let host: LiveHost
      let friend: Client
      let revoked: Client
      let panel: Panel
      let port: number

      beforeAll(async () => {
        if (root.kind !== 'ready') throw new Error(root.reason)
        host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
        friend = await startClient(host, { index: 0 })
        revoked = await startClient(host, { index: 1 })
        panel = await openPanel()
        await addSandbox(panel, host)
        await prepareSandbox(panel, host)
        const allow = [friend, revoked].flatMap(entriesOf)
        ;({ port } = await createTenant(panel, { name, memoryMb: 16, allow }))
      }, timeout)
      afterAll(async () => {
        await panel?.stop()
        await friend?.stop()
        await revoked?.stop()
        await host?.stop()
      }, timeout)

      const ownRules = async () =>
        (await mustExec(host, 'iptables -w -S INPUT')).split('\n').filter((line) => own.includes(line))

      it('has their own rules at the next boot, and lets nobody in again who was revoked', async () => {
        for (const rule of own) await mustExec(host, `iptables -w ${rule}`)
        await mustExec(host, 'netfilter-persistent save')
        expect(await mustExec(host, 'cat /etc/iptables/rules.v4')).toContain('MEMHARBOR')
        await panel.client.tenant.revoke({ name, cidrs: [revoked.address4, revoked.address6] })
        const answers = await countBack(revoked, host, undefined, 'answers')
        const sweep = await startSweep(revoked, host, { from: port, to: port + 1 }, 200)
        await host.reboot()
        await awaitBoth(friend, host, port)
        await sweep.more(10, timeout)
        await sweep.stop()
        expect(await ownRules()).toEqual(own)
        expect(await answers()).toEqual({ packets4: 0, packets6: 0 })
        expect(await mustExec(host, 'systemctl is-system-running --wait || true')).toBe('running')
      })

      it('stays closed to the revoked one while they load it again', async () => {
        const answers = await countBack(revoked, host, undefined, 'answers')
        const sweep = await startSweep(revoked, host, { from: port, to: port + 1 }, 200)
        for (const word of ['reload', 'restart', 'flush', 'start']) {
          await sweep.more(2, timeout)
          await mustExec(host, `netfilter-persistent ${word}`)
        }
        await sweep.more(10, timeout)
        await sweep.stop()
        expect(await answers()).toEqual({ packets4: 0, packets6: 0 })
        expect(await ownRules()).toEqual(own)
        for (const each of await reachBoth(friend, host, port)) expect(each).toMatchObject({ kind: 'answer' })
      })

      it('is told by the check, and taken away only once it is saved without ours', async () => {
        const savedLines = async () => {
          const { lines } = await panel.client.host.check({ name: host.name })
          return lines.filter(({ subject }) => subject === 'Saved firewall')
        }
        const files = await savedLines()
        expect(files.map(({ sentence }) => sentence.split(' ')[0])).toEqual(
          ['rules.v4', 'rules.v6', ...(packages.length > 1 ? ['ipsets'] : [])].map(
            (file) => `/etc/iptables/${file}`,
          ),
        )
        const kept = await mustExec(host, 'cat /etc/iptables/rules.v4')
        const undo = { name: host.name, undo: true }
        expect(await problemOf(panel.client.host.planPrepare(undo))).toMatchObject({
          code: 'HOST_HAS_TENANTS',
        })
        // The commands of the check, as they are typed.
        for (const { advice } of files) await mustExec(host, /`sudo (.+?)`/.exec(advice)?.[1] ?? 'false')
        expect(await savedLines()).toEqual([])
        const without = await mustExec(host, 'cat /etc/iptables/rules.v4')
        for (const rule of own) expect(without).toContain(rule)
        expect(kept).toContain('MEMHARBOR')
        await mustExec(host, 'netfilter-persistent save')
      })

      it('control: without what is there for that, their rules are gone', async () => {
        await mustExec(host, `systemctl disable memharbor-sets.service; rm -f ${plugin}`)
        await mustExec(host, 'iptables -w -F INPUT; iptables -w -S INPUT')
        await host.reboot()
        expect(await ownRules()).toEqual([])
      })

      it('is taken away once no saved file names it', async () => {
        await readWork(panel.client.tenant.delete({ name, confirmed: true }))
        const undo = { name: host.name, undo: true } as const
        const refused = await problemOf(panel.client.host.planPrepare(undo))
        expect(refused).toMatchObject({
          ...{ code: 'FIREWALL_SAVED', details: { path: '/etc/iptables/rules.v4' } },
        })
        for (const file of ['rules.v4', 'rules.v6', 'ipsets'])
          await mustExec(
            host,
            `cd /etc/iptables && touch ${file} && sed -i '/MEMHARBOR\\|mh[46pd]/d' ${file}`,
          )
        const { fingerprint } = await panel.client.host.planPrepare(undo)
        await readWork(panel.client.host.prepare({ ...undo, fingerprint, confirmed: true }))
        const left =
          'ls /usr/share/netfilter-persistent/plugins.d /etc/systemd/system; iptables-save; ipset list -n'
        expect(await mustExec(host, left)).not.toMatch(/memharbor|MEMHARBOR|^mh/m)
      })
    },
  )
}

await testSaved('forky', ['iptables-persistent'])
await testSaved('trixie', ['iptables-persistent', 'ipset-persistent'])
