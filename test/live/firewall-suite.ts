import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../hosts/condition.ts'
import { ensureRoot } from '../hosts/live/cache-root.ts'
import { platformReason } from '../hosts/live/live-platform.ts'
import type { Suite } from '../hosts/live/suites.ts'
import { addSandbox, createTenant, prepareSandbox, readWork } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'
import { countAnswers, type Fire, startFire } from './fire.ts'
import { awaitNoHelpers } from './host-traces.ts'
import { type LiveWorld, startLiveWorld } from './live-world.ts'
import { firewallRows, firewallSteps, nameFirewallRow, type OperatorFirewall } from './operator-firewalls.ts'
import { awaitBoth, entriesOf, expectShut, patienceMs } from './reach-both.ts'
import { writeRow } from './servers-document.ts'
import { collectSteps } from './step-results.ts'

const [prepared, saved, reloaded, restarted, reset, rebooted, undo] = firewallSteps

const timeout = patienceMs * 2

/**
 * A firewall of the operator's own on a host with tenants, saved and loaded in all its ways while a denied and a revoked
 * client ask without an end: none is answered, and the operator's rules are those of before, line by line.
 */
export const testOperatorFirewall = async (suite: Suite, firewall: OperatorFirewall): Promise<void> => {
  const name = nameFirewallRow(suite, firewall)
  const reason = platformReason()
  const { packages } = firewall
  const root =
    reason === null
      ? await ensureRoot(packages.length === 0 ? { suite } : { suite, packages })
      : { kind: 'unavailable' as const, reason }
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(`${name}${skipped}`, { timeout }, () => {
    const steps = collectSteps(firewallSteps)
    let world: LiveWorld
    let version = ''
    let own: readonly string[] = []
    let answers: Fire['answers']
    /** Of the tenant; 0 before it is made. */
    let port = 0
    let sent = 0

    const type = async (commands: readonly string[]): Promise<void> => {
      for (const command of commands) await mustExec(world.host, command)
    }
    const readOwn = async (): Promise<readonly string[]> =>
      (await mustExec(world.host, `${firewall.read} || true`)).split('\n').sort()
    /** Some programs put their rules back beside their answer. */
    const expectOwn = async (): Promise<void> => {
      await until(
        'the rules are those of before',
        async () => `${await readOwn()}` === `${own}`,
        10_000,
      ).catch(() => {})
      expect(await readOwn()).toEqual(own)
    }

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      world = await startLiveWorld({ root: root.path, sudo: 'nopasswd' })
      version = await mustExec(world.host, firewall.version)
      await type(firewall.setUp)
      own = await readOwn()
      answers = await countAnswers(world)
    }, timeout)
    afterAll(async () => {
      await world?.stop()
      const row = {
        'server and firewall': name,
        version,
        'lines of the operator': String(own.length),
        ...steps.cells(),
        'packets sent by the denied': String(sent),
        on: new Date().toISOString().slice(0, 10),
      }
      writeRow('firewalls', row, firewallRows)
    }, timeout)

    /** Under fire something is done with the firewall. @returns for how long, in ms, clients were answered */
    const underFire = async (happen: () => Promise<unknown>): Promise<number> => {
      if (port === 0) throw new Error('there is no tenant')
      const from = Date.now()
      const fire = await startFire(world, port, answers)
      await fire.more(10)
      await happen()
      await awaitBoth(world.allowed, world.host, port)
      await expectOwn()
      await fire.more(50)
      const { rounds, packets } = await fire.stop()
      sent += packets
      const { packets4, packets6 } = await fire.answers()
      return (Math.max(packets4, packets6) / rounds) * (Date.now() - from)
    }
    const expectHeld = async (step: string, happen: () => Promise<unknown>): Promise<void> => {
      const openMs = await underFire(happen)
      const { client } = world.panel
      expect(await client.host.helpers()).toMatchObject([{ standing: 'current', filterFault: null }])
      for (const each of [world.denied, world.revoked]) await expectShut(each, world.host, port)
      if (openMs > 0) steps.note(step, `open for ${(openMs / 1_000).toFixed(2)} s`)
      expect(openMs).toBe(0)
    }

    it(prepared, async () => {
      const { panel, host, allowed, revoked } = world
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      await expectOwn()
      const allow = [...entriesOf(allowed), ...entriesOf(revoked)]
      port = (await createTenant(panel, { name: 'first', memoryMb: 64, allow })).port
      await awaitBoth(allowed, host, port)
      await awaitBoth(revoked, host, port)
    })
    it(saved, async () => {
      await type(firewall.save)
      await expectOwn()
      const { panel, revoked, host } = world
      const cidrs = [revoked.address4, revoked.address6]
      await panel.client.tenant.revoke({ name: 'first', cidrs })
      await expectShut(revoked, host, port)
    })
    it(reloaded, () => expectHeld(reloaded, () => type(firewall.reload)))
    it(restarted, () => expectHeld(restarted, () => type(firewall.restart)))
    it(reset, () =>
      expectHeld(reset, async () => {
        await type(firewall.reset)
        expect(await readOwn()).not.toEqual(own)
        await type(firewall.setUp)
      }),
    )
    it(rebooted, async () => {
      await type(firewall.save)
      await expectHeld(rebooted, () => world.host.reboot())
    })
    it(undo, async () => {
      const { panel, host } = world
      await readWork(panel.client.tenant.delete({ name: 'first', confirmed: true }))
      const { lines } = await panel.client.host.check({ name: host.name })
      // What the check says is typed, so that no saved file names the filter.
      for (const { advice } of lines.filter(({ subject }) => subject === 'Saved firewall'))
        await mustExec(host, /`sudo (.+?)`/.exec(advice)?.[1] ?? 'false')
      const wish = { name: host.name, undo: true } as const
      const { fingerprint } = await panel.client.host.planPrepare(wish)
      await readWork(panel.client.host.prepare({ ...wish, fingerprint, confirmed: true }))
      await panel.client.host.remove({ name: host.name, forget: false })
      await awaitNoHelpers(host)
      await expectOwn()
      await host.reboot()
      await expectOwn()
      expect(await mustExec(host, 'iptables-save; ip6tables-save; ipset list -n')).not.toMatch(
        /MEMHARBOR|^mh/m,
      )
    })
  })
}
