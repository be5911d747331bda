import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckLine } from '../../src/contract/host.ts'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import type { Programs } from '../hosts/live/programs.ts'
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
import { markJournal, runFirewallUnit } from './journal.ts'
import { letFramesPast, startNeighbours } from './neighbour-program.ts'

interface LiveCase extends Programs {
  readonly suite: Suite
  /** Whether tenants try each other through restarts and a reboot: half of what all of it takes. */
  readonly withNeighbours: boolean
}

/** All of it takes half a minute; a machine with other work for its processors takes many times that. */
const timeout = 300_000

const timedOut = { kind: 'timeout' }

/** Tests of the main job and of reboots on one kind of live host. */
export const testLiveHost = async ({ suite, withNeighbours, ...programs }: LiveCase): Promise<void> => {
  const root = await observeLiveRoot(suite)
  const made = [...(programs.sudoRs ? ['sudo-rs'] : []), ...(programs.uutils ? ['uutils'] : [])]
  const name = [`a live host of ${suite}`, ...made].join(', ')
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(name + skipped, { timeout }, () => {
    let host: LiveHost
    let allowed: Client
    let denied: Client
    let panel: Panel
    /**
     * Packets to the denied client that are no refusals. Refusals do come: while the network is up, the filter is not,
     * and nobody listens, because Docker starts after the filter.
     */
    let answers: () => Promise<{ packets4: number; packets6: number }>

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'password', ...programs })
      allowed = await startClient(host, { index: 0 })
      denied = await startClient(host, { index: 1 })
      answers = await countBack(denied, host, undefined, 'answers')
      panel = await openPanel()
    }, timeout)

    afterAll(async () => {
      await panel?.stop()
      await allowed?.stop()
      await denied?.stop()
      await host?.stop()
    }, timeout)

    /** Whether a client gets an answer, over IPv4 and over IPv6. */
    const reach = (client: Client, port: number) =>
      Promise.all([host.address4, host.address6].map((address) => memcacheTalk(client, address, port)))

    const awaitAnswers = (who: string, client: Client, port: number): Promise<void> =>
      until(
        `${who} gets in over both families`,
        async () => (await reach(client, port)).every(({ kind }) => kind === 'answer'),
        timeout,
      )

    const listNotGood = (lines: readonly CheckLine[]) =>
      lines
        .filter(({ verdict }) => verdict !== 'good')
        .map(({ subject, verdict }) => `${subject}: ${verdict}`)
    /** The kernel is the machine's, and may give a host of this kind no controllers. */
    const listMissingControllers = async (): Promise<string[]> => {
      const { stdout } = await host.exec(['docker', 'info', '--format', '{{.MemoryLimit}} {{.PidsLimit}}'])
      return stdout.includes('false') ? ['Limits: bad'] : []
    }
    const allow = () => [{ cidr: allowed.address4 }, { cidr: allowed.address6 }]

    it('is prepared over SSH by an ordinary user with sudo', async () => {
      await addSandbox(panel, host)
      const { lines } = await panel.client.host.check({ name: host.name })
      const missing = lines.filter((line) => line.verdict === 'missing').map((line) => line.subject)
      expect(missing).toEqual(['Networks', 'Helper', 'sudo', 'Image'])
      const { steps } = await prepareSandbox(panel, host)
      const done = steps.filter((step) => step.state === 'done').map((step) => step.key)
      expect(done).toEqual(['install-helper', 'close-range', 'create-network', 'build-image'])
      const after = await panel.client.host.check({ name: host.name })
      expect(listNotGood(after.lines)).toEqual(await listMissingControllers())
      expect(after.ready).toBe(true)
      expect((await panel.client.host.planPrepare({ name: host.name })).steps).toEqual([])
    })

    it('has its units under its own systemd', async () => {
      const units = ['memharbor-firewall.service', 'memharbor-firewall.timer']
      const enabled = await host.exec(['systemctl', 'is-enabled', ...units])
      expect(enabled.stdout).toBe('enabled\nenabled\n')
      const timer = await host.exec(['systemctl', 'is-active', 'memharbor-firewall.timer'])
      expect(timer.stdout).toBe('active\n')
      const docker = await host.exec(['systemctl', 'show', '--property', 'Requires', 'docker.service'])
      expect(docker.stdout).toContain('memharbor-firewall.service')
    })

    it('writes to the journal what it put right, and nothing of ten rounds that found all in place', async () => {
      const since = await markJournal(host)
      for (let round = 0; round < 10; round += 1) await runFirewallUnit(host)
      expect(await since()).toEqual([])
      await mustExec(host, 'iptables -w -t raw -F PREROUTING && ipset add mhp 19999')
      await runFirewallUnit(host)
      expect(await since()).toEqual(['memharbor-host: Put back: base4, mhp'])
      // A fault that lasts is told once.
      const folder = '/var/lib/memharbor'
      await mustExec(host, `mv ${folder}/state.json /root/state.json && echo '{' > ${folder}/state.json`)
      for (let round = 0; round < 3; round += 1) await runFirewallUnit(host)
      const told = (await since()).filter((line) => line.includes('state'))
      expect(told).toHaveLength(1)
      await mustExec(host, `mv /root/state.json ${folder}/state.json`)
      await runFirewallUnit(host)
    })

    it('lets its operator run the helper by uid, with each sudo that it has, and nobody else', async () => {
      const rules = '/etc/sudoers.d/zz-memharbor'
      expect((await host.exec(['cat', rules])).stdout).toMatch(/^# deploy\n#\d+ ALL=/m)
      await host.exec(['useradd', 'mallory'])
      const rust = '/usr/lib/cargo/bin'
      const hasRust = suite !== 'bookworm'
      const input = '{"v":1,"op":"hello"}\n'
      for (const folder of ['/usr/bin', ...(hasRust ? [rust] : [])]) {
        const argv = [`${folder}/sudo`, '-n', '/usr/local/sbin/memharbor-host']
        const visudo = folder === rust ? `${rust}/visudo` : '/usr/sbin/visudo'
        expect(await host.exec([visudo, '-cf', rules])).toMatchObject({ status: 0 })
        expect(await host.exec(argv, { user: host.user, input })).toMatchObject({ status: 0 })
        expect((await host.exec([...argv, 'x'], { user: host.user, input })).status).not.toBe(0)
        expect((await host.exec(argv, { user: 'mallory', input })).status).not.toBe(0)
      }
    })

    if (suite !== 'bookworm' && programs.sudoRs !== true)
      it('is taken back and prepared again by a sudo-rs that asks, with a rule of the site in its way', async () => {
        const kept = '/usr/bin/sudo.kept'
        const known = '/etc/sudoers.d/site'
        await host.exec(['mv', '/usr/bin/sudo', kept])
        await host.exec(['ln', '-s', '/usr/lib/cargo/bin/sudo', '/usr/bin/sudo'])
        await host.exec([
          'sh',
          '-c',
          `printf 'Defaults requiretty, log_output\\n' >${known}; chmod 440 ${known}`,
        ])
        await panel.close()
        panel = await openPanel(panel.dataDir)
        const undo = async (sudoPassword: string | undefined) => {
          const input = { name: host.name, undo: true, confirmed: true }
          const { fingerprint } = await panel.client.host.planPrepare(input)
          const secret = sudoPassword === undefined ? {} : { sudoPassword }
          return readWork(panel.client.host.prepare({ ...input, fingerprint, ...secret }))
        }
        expect(await problemOf(undo(undefined))).toMatchObject({ code: 'SUDO_PASSWORD_NEEDED' })
        expect(await problemOf(undo('certainly wrong'))).toMatchObject({ code: 'SUDO_PASSWORD_WRONG' })
        expect((await undo(host.sudoPassword)).result.mode).toBe('unknown')

        const later = '/etc/sudoers.d/zzz'
        await host.exec(['sh', '-c', `echo '${host.user} ALL=(ALL:ALL) ALL' >${later}; chmod 440 ${later}`])
        expect(await problemOf(prepareSandbox(panel, host))).toMatchObject({
          code: 'SUDO_OVERRULED',
          details: { rule: '(ALL : ALL) ALL' },
        })
        await host.exec(['rm', later])
        expect((await prepareSandbox(panel, host)).result.mode).toBe('filtered')
        expect((await panel.client.host.check({ name: host.name })).ready).toBe(true)
        await host.exec(['rm', known])
        await host.exec(['mv', kept, '/usr/bin/sudo'])
      })

    it('lets in who is allowed, cuts who is revoked, and forgets who is deleted', async () => {
      const { port } = await createTenant(panel, { name: 'acme', allow: allow() })
      // Each version of Docker shows in its own words how a container was made.
      const { faults, upgrade } = await panel.client.tenant.show({ name: 'acme' })
      expect(faults).not.toContain('changed')
      // A look that failed would say so here.
      expect(upgrade.sentence).toMatch(/^It runs the host's current image/)
      await awaitAnswers('the allowed client', allowed, port)
      expect(await reach(denied, port)).toEqual([timedOut, timedOut])
      const held = await Promise.all(
        [host.address4, host.address6].map(async (address) => {
          const connection = await allowed.spawn(['nc', address, String(port)])
          await connection.write('version\r\n')
          await connection.waitFor('VERSION', timeout)
          return connection
        }),
      )
      const cidrs = [allowed.address4, allowed.address6]
      const { cut } = await panel.client.tenant.revoke({ name: 'acme', cidrs })
      expect(cut.map(({ address }) => address).sort()).toEqual([...cidrs].sort())
      for (const connection of held) await connection.exited()
      expect(await reach(allowed, port)).toEqual([timedOut, timedOut])
      await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
      expect((await host.exec(['docker', 'ps', '--all', '--quiet'])).stdout).toBe('')
      expect((await host.exec(['ipset', 'save'])).stdout).not.toContain(`tcp:${port}`)
      expect(await answers()).toEqual({ packets4: 0, packets6: 0 })
    })

    describe('with tenants', () => {
      let port: number

      beforeAll(async () => {
        const made = await createTenant(panel, { name: 'first', allow: allow() })
        await createTenant(panel, { name: 'second' })
        port = made.port
      }, timeout)

      /** Few ports, so that a moment in which one of them answers is not missed. */
      const hammer = () => startSweep(denied, host, { from: port, to: port + 9 }, 5)

      /** The first answer to the allowed client. */
      const readFirst = async (): Promise<string> => {
        let first = ''
        const ask = async (): Promise<boolean> => {
          const said = await memcacheTalk(allowed, host.address4, port, 'stats\r\n')
          if (said.kind === 'answer') first = said.text
          return said.kind === 'answer'
        }
        await until('it answers', ask, timeout)
        return first
      }

      it('answers nobody else while it reboots, and has its tenants afterwards', async () => {
        await readWork(panel.client.tenant.resize({ name: 'first', memoryMb: 128, confirmed: true }))
        const sweep = await hammer()
        await sweep.more(10, timeout)
        await host.reboot()
        // A container is older than the size of its cache.
        expect(await readFirst()).toContain(`limit_maxbytes ${128 * 2 ** 20}\r\n`)
        await awaitAnswers('the allowed client', allowed, port)
        const running = await host.exec(['docker', 'ps', '--quiet'])
        expect(running.stdout.trim().split('\n')).toHaveLength(2)
        await sweep.more(10, timeout)
        expect((await sweep.stop()).rounds).toBeGreaterThan(20)
        expect(await answers()).toEqual({ packets4: 0, packets6: 0 })
        const { lines } = await panel.client.host.check({ name: host.name })
        expect(listNotGood(lines)).toEqual(await listMissingControllers())
      })

      if (withNeighbours)
        it('keeps tenants apart where the system lets frames past the filter, through restarts and a reboot', async () => {
          await letFramesPast(host)
          const neighbours = await startNeighbours(host)
          const more = async (tries: number): Promise<void> => {
            const before = (await neighbours.count()).tries
            await until(
              'they tried again',
              async () => (await neighbours.count()).tries > before + tries,
              timeout,
            )
          }
          await more(10)
          const { stdout: first } = await host.exec(['docker', 'ps', '--quiet', '--last', '1'])
          await host.exec(['docker', 'restart', first.trim()])
          await more(10)
          await host.exec(['systemctl', 'restart', 'docker'])
          await awaitAnswers('the allowed client', allowed, port)
          await more(10)
          await host.reboot()
          await awaitAnswers('the allowed client', allowed, port)
          await more(10)
          // Docker sets it to 1 when it starts.
          await letFramesPast(host)
          await more(10)
          expect((await neighbours.count()).reached).toBe(0)
          // The control: nothing is left that keeps them apart.
          await host.exec(['systemctl', 'stop', 'memharbor-firewall.timer'])
          await host.exec(['ip', 'link', 'set', 'mh1', 'type', 'bridge', 'nf_call_iptables', '0'])
          await until('they reach each other', async () => (await neighbours.count()).reached > 0, timeout)
          await neighbours.stop()
          await host.exec(['systemctl', 'start', 'memharbor-firewall.timer'])
        })

      it('answers the same client where the units of the filter are gone', async () => {
        const units = '/etc/systemd/system'
        await host.exec(['systemctl', 'disable', 'memharbor-firewall.service', 'memharbor-firewall.timer'])
        await host.exec(['rm', '-r', `${units}/docker.service.d`, `${units}/nftables.service.d`])
        const sweep = await hammer()
        await host.reboot()
        expect((await host.exec(['iptables', '-t', 'raw', '-S'])).stdout).not.toContain('MEMHARBOR')
        await awaitAnswers('the denied client', denied, port)
        await sweep.more(10, timeout)
        await sweep.stop()
        const { packets4, packets6 } = await answers()
        expect(packets4).toBeGreaterThan(10)
        expect(packets6).toBeGreaterThan(10)
      })
    })
  })
}
