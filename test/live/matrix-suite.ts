import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckLine } from '../../src/contract/host.ts'
import { until } from '../hosts/condition.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { createTenant, readWork } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'
import { takeOverEarlier } from './earlier-host.ts'
import { countAnswers, type Fire, nothing, startFire } from './fire.ts'
import { awaitNoHelpers, compareTraces, observeTraces } from './host-traces.ts'
import { readPrograms, readRelease } from './host-versions.ts'
import { type LiveWorld, startLiveWorld } from './live-world.ts'
import { type MatrixHost, matrixHosts, matrixSteps, nameHost } from './matrix-hosts.ts'
import { awaitBoth, entriesOf, expectShut, patienceMs } from './reach-both.ts'
import { writeRow } from './servers-document.ts'
import { collectSteps } from './step-results.ts'
import { liveWhole } from './whole-life.ts'

const [upgrade, life, reboot, docker, containerd, control, undo] = matrixSteps

const timeout = patienceMs * 2

/** Everything on one kind of server. */
export const testMatrixHost = async (kind: MatrixHost): Promise<void> => {
  const { suite, ...programs } = kind
  const root = await observeLiveRoot(suite)
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(`${nameHost(kind)}${skipped}`, { timeout }, () => {
    const steps = collectSteps(matrixSteps)
    let world: LiveWorld
    let versions: Awaited<ReturnType<typeof readPrograms>>
    let before: readonly string[]
    let answers: Fire['answers']
    let port: number
    let sent = 0

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      world = await startLiveWorld({ root: root.path, ...programs })
      const { host } = world
      versions = await readPrograms(host)
      before = await observeTraces(host)
      answers = await countAnswers(world)
      const order = [...new Set(matrixHosts.map((each) => each.suite))]
      writeRow('releases', { release: suite, ...(await readRelease(host)) }, order)
    }, timeout)
    afterAll(async () => {
      await world?.stop()
      const row = {
        server: nameHost(kind),
        programs: versions === undefined ? '' : `${versions.sudo}, ${versions.coreutils}`,
        ...steps.cells(),
        'packets sent by the denied': String(sent),
        on: new Date().toISOString().slice(0, 10),
      }
      writeRow('hosts', row, matrixHosts.map(nameHost))
    }, timeout)

    const listNotGood = (lines: readonly CheckLine[]) =>
      lines
        // The kernel is the machine's, and may give a host of this kind no controllers.
        .filter(({ verdict, subject }) => verdict !== 'good' && subject !== 'Limits')
        .map(({ subject, verdict, sentence }) => `${subject}: ${verdict}: ${sentence}`)
    const check = async () => (await world.panel.client.host.check({ name: world.host.name })).lines

    /** Under the fire of clients that are not allowed something happens to the host; none of them gets an answer. */
    const underFire = async (happen: () => Promise<unknown>): Promise<void> => {
      const fire = await startFire(world, port, answers)
      await fire.more(10)
      await happen()
      await awaitBoth(world.allowed, world.host, port)
      await fire.more(50)
      const { packets } = await fire.stop()
      sent += packets
      expect(await fire.answers()).toEqual(nothing)
      expect(listNotGood(await check())).toEqual([])
    }

    it(upgrade, async () => {
      await takeOverEarlier(world)
      expect(listNotGood(await check())).toEqual([])
      const plan = await world.panel.client.host.planPrepare({ name: world.host.name })
      expect(plan.steps).toEqual([])
    })

    it(life, async () => {
      await liveWhole(world)
      expect(listNotGood(await check())).toEqual([])
    })

    describe('with tenants', () => {
      beforeAll(async () => {
        const { panel, allowed, revoked, host } = world
        const { tenant } = panel.client
        const allow = [...entriesOf(allowed), ...entriesOf(revoked)]
        port = (await createTenant(panel, { name: 'first', memoryMb: 64, allow })).port
        await createTenant(panel, { name: 'asleep', memoryMb: 64, allow: entriesOf(allowed) })
        await tenant.suspend({ name: 'asleep' })
        await awaitBoth(revoked, host, port)
        await tenant.revoke({ name: 'first', cidrs: [revoked.address4, revoked.address6] })
      }, timeout)

      it(reboot, () => underFire(() => world.host.reboot()))

      it(docker, () => underFire(() => mustExec(world.host, 'systemctl restart docker')))

      it(containerd, async () => {
        await underFire(() => mustExec(world.host, 'systemctl restart containerd'))
        const listed = await world.panel.client.tenant.list({})
        expect(listed.map(({ name, state }) => [name, state])).toEqual([
          ['asleep', 'suspended'],
          ['first', 'running'],
        ])
      })

      it(control, async () => {
        const { host } = world
        const fire = await startFire(world, port, answers)
        await mustExec(host, 'systemctl stop memharbor-firewall.timer')
        for (const program of ['iptables', 'ip6tables'])
          await mustExec(host, `${program} -w -t raw -F PREROUTING`)
        const isOpen = async () => {
          const { packets4, packets6 } = await fire.answers()
          return packets4 > 10 && packets6 > 10
        }
        await until('the same clients are answered without the filter', isOpen, patienceMs)
        await mustExec(host, 'systemctl start memharbor-firewall.service memharbor-firewall.timer')
        for (const client of [world.denied, world.revoked]) await expectShut(client, host, port)
        const then = await fire.answers()
        await fire.more(20)
        await fire.stop()
        expect(await fire.answers()).toEqual(then)
      })
    })

    it(undo, async () => {
      const { panel, host } = world
      for (const { name } of await panel.client.tenant.list({}))
        await readWork(panel.client.tenant.delete({ name, confirmed: true }))
      const wish = { name: host.name, undo: true } as const
      const { fingerprint } = await panel.client.host.planPrepare(wish)
      const { sudoPassword } = host
      await readWork(panel.client.host.prepare({ ...wish, fingerprint, confirmed: true, sudoPassword }))
      await panel.client.host.remove({ name: host.name, forget: false })
      await awaitNoHelpers(host)
      expect(compareTraces(before, await observeTraces(host))).toEqual([])
      await host.reboot()
      expect(compareTraces(before, await observeTraces(host))).toEqual([])
    })
  })
}
