import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containerName } from '../../src/domain/host-names.ts'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { answerEveryName, copyProfile, lookUp, makeLookUpImage } from '../hosts/look-up.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { answerEverything, countArriving, listTries } from '../hosts/reach.ts'
import type { Running } from '../hosts/running.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../main/panel.ts'
import { mustExec, writeFile } from './boot-service.ts'
import { letFramesPast } from './neighbour-program.ts'
import { type ReachingOut, startReachingOut } from './reach-out-program.ts'

const timeout = 300_000
const root = await observeLiveRoot('forky')
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
/** Takes away the filter, and what Docker keeps containers from. */
const letAllPass = 'iptables -t raw -F; ip6tables -t raw -F; iptables -F; iptables -P FORWARD ACCEPT'
/** A cloud's metadata, and a place on the internet. */
const [metadata, outside] = ['169.254.169.254', '192.0.2.77']

describe.skipIf(root.kind !== 'ready')(
  `what a container of a live host reaches${skipped}`,
  { timeout },
  () => {
    let host: LiveHost
    let client: Client
    let panel: Panel
    let port: number
    let reaching: ReachingOut
    let answering: Running
    let readArrived: () => Promise<number>
    let places: string[]
    /** As Docker's resolver knows one of the containers. */
    let neighbour: string

    const bridgesCallFilter = async (): Promise<string> =>
      mustExec(host, 'sysctl -n net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables')
    const awaitTenants = (): Promise<void> =>
      until(
        'both tenants run again',
        async () => {
          const answer = await memcacheTalk(client, host.address4, port)
          const running = await host.exec(['pgrep', '-c', '-x', 'memcached'])
          return answer.kind === 'answer' && running.stdout.trim() === '2'
        },
        timeout,
      )
    /** Waits until each container that runs now has ended two whole rounds more: one may have begun before. */
    const moreRounds = async (): Promise<void> => {
      const pids = (await mustExec(host, 'pgrep -x memcached')).split('\n').map(Number)
      const count = async (pid: number): Promise<number> =>
        (await reaching.rounds()).filter((round) => round.pid === pid).length
      for (const pid of pids) {
        const before = await count(pid)
        await until(`container ${pid} has tried more`, async () => (await count(pid)) >= before + 2, timeout)
      }
    }

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
      client = await startClient(host, { index: 0, addresses: [`${metadata}/32`, `${outside}/32`] })
      await writeFile(host, '/etc/resolv.conf', `nameserver ${client.address4}\n`)
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      const { id } = await createTenant(panel, { name: 'neighbour', allow: [{ cidr: 'anyone' }] })
      neighbour = containerName(id)
      port = (await createTenant(panel, { name: 'acme', allow: [{ cidr: client.address4 }] })).port
      await makeLookUpImage(host)
      const format = '{{range.NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}'
      const near = await mustExec(host, `docker inspect -f '${format}' $(docker ps -q)`)
      const inside = await mustExec(host, "ip -4 -br addr show docker0 | grep -o '[0-9.]*/' | tr -d /")
      places = [...new Set(near.split(/\s+/)), inside, host.address4, client.address4, metadata, outside]
      // The host needs nobody who answers: it would refuse, which is an answer, too.
      answering = await answerEverything(client, false)
      readArrived = await countArriving(client)
      await letFramesPast(host)
      const tries = listTries([...places, host.address6, client.address6])
      expect(tries.length).toBeGreaterThanOrEqual(200)
      reaching = await startReachingOut(host, tries)
      await awaitTenants()
    }, timeout)
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    }, timeout)

    it.each<[string, () => Promise<unknown>]>([
      ['all is quiet', async () => {}],
      ['its container restarts', () => host.exec(['docker', 'restart', neighbour])],
      ['Docker restarts', () => host.exec(['systemctl', 'restart', 'docker'])],
      ['its host reboots', () => host.reboot()],
    ])('nothing where the system lets frames past the filter, while %s', async (_what, change) => {
      const before = (await reaching.rounds()).length
      expect(await bridgesCallFilter()).toBe('0\n0')
      await change()
      await awaitTenants()
      await moreRounds()
      // A Docker that starts may have set it to 1.
      await letFramesPast(host)
      await moreRounds()
      expect(await bridgesCallFilter()).toBe('0\n0')
      const rounds = (await reaching.rounds()).slice(before)
      expect(rounds.filter(({ answered }) => answered.length > 0)).toEqual([])
      expect(await readArrived()).toBe(0)
      const { lines } = await panel.client.host.check({ name: host.name })
      const isolation = lines.filter(({ subject }) => subject === 'Isolation').map(({ verdict }) => verdict)
      expect(isolation).toEqual(['good'])
    })

    const acme = { name: 'acme' }
    const agreed = { ...acme, confirmed: true }
    it.each<[string, boolean, () => Promise<unknown>]>([
      [
        'it is given an address',
        true,
        () => panel.client.tenant.allow({ ...acme, entries: [{ cidr: client.address6 }] }),
      ],
      [
        'it is opened to everybody',
        true,
        () => panel.client.tenant.allow({ ...acme, entries: [{ cidr: 'anyone' }] }),
      ],
      [
        'it is closed again',
        true,
        () => panel.client.tenant.revoke({ ...acme, cidrs: ['anyone', client.address6] }),
      ],
      ['it is grown', true, () => readWork(panel.client.tenant.resize({ ...agreed, memoryMb: 128 }))],
      ['it is shrunk', true, () => readWork(panel.client.tenant.resize({ ...agreed, memoryMb: 64 }))],
      ['it is restarted', true, () => readWork(panel.client.tenant.restart(agreed))],
      ['it is moved', true, () => readWork(panel.client.tenant.move({ ...agreed, port: 20_700 }))],
      [
        'it is given connections',
        true,
        () => readWork(panel.client.tenant.limit({ ...agreed, maxConnections: 2_048 })),
      ],
      ['it is suspended', false, () => panel.client.tenant.suspend(acme)],
      ['it is resumed', true, () => panel.client.tenant.resume(acme)],
      ['another one is made', true, () => createTenant(panel, { name: 'passing', memoryMb: 16 })],
      [
        'that one is deleted',
        true,
        () => readWork(panel.client.tenant.delete({ name: 'passing', confirmed: true })),
      ],
      ['it is deleted', false, () => readWork(panel.client.tenant.delete(agreed))],
      ['it is put back', true, () => readWork(panel.client.tenant.restore(acme))],
    ])('nothing where the system lets frames past the filter, while %s', async (_what, answers, change) => {
      const before = (await reaching.rounds()).length
      expect(await bridgesCallFilter()).toBe('0\n0')
      await change()
      await moreRounds()
      if (answers) {
        port = (await panel.client.tenant.show(acme)).port ?? 0
        await until('it answers', async () => {
          return (await memcacheTalk(client, host.address4, port)).kind === 'answer'
        })
      }
      const rounds = (await reaching.rounds()).slice(before)
      expect(rounds.filter(({ answered }) => answered.length > 0)).toEqual([])
      expect(await readArrived()).toBe(0)
    })

    it('no name by the resolver of its Docker, neither that of a neighbour nor another', async () => {
      // Both listen at the port of names.
      await answering.kill()
      const server = await answerEveryName(client)
      const names = [neighbour, 'example.com', 'metadata.google.internal']
      const profile = ['--security-opt', await copyProfile(host, neighbour)]
      const nowhere = ['--dns', '127.0.0.1']
      const own = ['--security-opt', 'no-new-privileges', ...profile, ...nowhere]
      for (const name of names) expect(await lookUp(host, own, name)).toMatchObject({ status: 2, stdout: '' })
      await mustExec(host, `systemctl stop memharbor-firewall.timer; ${letAllPass}`)
      for (const name of names) {
        expect(await lookUp(host, own, name), 'without the filter').toMatchObject({ status: 2, stdout: '' })
        expect((await lookUp(host, [], name)).stdout, `the control: ${name}`).toMatch(/^[0-9.]+ /)
      }
      await server.kill()
      answering = await answerEverything(client, false)
    })

    it('the control: everything without the rules', async () => {
      await mustExec(host, letAllPass)
      await answerEverything(host, true)
      await until(
        'all places answered',
        async () => {
          const answered = (await reaching.rounds()).flatMap((round) =>
            round.answered.map(([, place]) => place),
          )
          return places.every((place) => answered.includes(place))
        },
        timeout,
      )
      expect(await readArrived()).toBeGreaterThan(0)
      await reaching.stop()
    })
  },
)
