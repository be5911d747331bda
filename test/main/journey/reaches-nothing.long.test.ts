import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import {
  answerEverything,
  countOut,
  listTries,
  type OutCount,
  type Round,
  type TryingOn,
  tryOn,
} from '../../hosts/reach.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
vi.setConfig({ testTimeout: 120_000 })

/** A cloud's metadata, and a place on the internet. */
const [metadata, outside] = ['169.254.169.254', '192.0.2.77']
const acme = { name: 'acme' }
const agreed = { ...acme, confirmed: true }

/** Whether the system has bridges call the filter; ours do so by themselves. */
const settings = [
  ['as Docker sets it', '1'],
  ['let past the filter', '0'],
] as const

describe.skipIf(reason !== null).each(settings)(
  `what a container reaches while its tenant is changed, frames %s${reason === null ? '' : ` (${reason})`}`,
  (_setting, value) => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    let trying: TryingOn
    let counted: { read(): Promise<OutCount> }

    const root = async (command: string): Promise<string> => {
      const { status, stdout, stderr } = await host.exec(['sh', '-ec', command])
      expect({ command, status, stderr }).toMatchObject({ status: 0 })
      return stdout.trim()
    }
    const observePid = async (): Promise<number> => {
      const { id } = await panel.client.tenant.show(acme)
      return Number(await root(`docker inspect -f '{{.State.Pid}}' memharbor-${id}`))
    }
    const talk = async (): Promise<string> => {
      const { port } = await panel.client.tenant.show(acme)
      return (await memcacheTalk(client, host.address4, port ?? 0, 'version\r\n', 5_000)).kind
    }
    /** Docker sets it at its start. */
    const setSystem = () =>
      root(
        `sysctl -qw net.bridge.bridge-nf-call-iptables=${value} net.bridge.bridge-nf-call-ip6tables=${value}`,
      )
    const sum = (count: OutCount): number => count.host + count.outside
    /** Waits until two whole rounds more came from acme's container: the first may have begun before. */
    const moreRounds = async (): Promise<void> => {
      const pid = await observePid()
      const own = async (): Promise<number> =>
        (await trying.rounds()).filter((round) => round.pid === pid).length
      const before = await own()
      await until('its container has tried more', async () => (await own()) >= before + 2)
    }

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0, addresses: [`${metadata}/32`, `${outside}/32`] })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      const { id } = await createTenant(panel, { name: 'neighbour', allow: [{ cidr: 'anyone' }] })
      await importRawImage(host)
      await root(`docker run -d --user 1234 --name service ${rawImage}`)
      const format = '{{range.NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}'
      const near = await root(`docker inspect -f '${format}' memharbor-${id} service`)
      await answerEverything(host, true)
      await answerEverything(client, false)
      counted = await countOut(host, client)
      const places = [...near.split(/\s+/), host.address4, client.address4, metadata, outside]
      const tries = listTries([...places, host.address6, client.address6])
      expect(tries.length).toBeGreaterThanOrEqual(200)
      expect(await counted.read()).toEqual({ host: 0, outside: 0 })
      trying = await tryOn(host, tries)
      await setSystem()
    })
    afterAll(async () => {
      await trying?.stop()
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    })

    const upgrade = async (): Promise<void> => {
      // The same image with another label is another image.
      await root(
        'made=$(docker create memharbor/memcached:current); ' +
          'docker commit -c "LABEL newer=1" "$made" memharbor/memcached:current; docker rm "$made"',
      )
      const { steps } = await readWork(panel.client.tenant.upgrade(agreed))
      expect(steps.map(({ key }) => key)).toContain('create-container')
    }

    const grow = () => readWork(panel.client.tenant.resize({ ...agreed, memoryMb: 128 }))
    const shrink = () => readWork(panel.client.tenant.resize({ ...agreed, memoryMb: 64 }))
    const restartDocker = async (): Promise<void> => {
      await host.stopDocker()
      await host.startDocker()
      await until('it answers again', async () => (await talk()) === 'answer', 30_000)
    }
    it.each<[string, 'answers' | 'closed' | 'gone', () => Promise<unknown>]>([
      [
        'it is made',
        'answers',
        () => createTenant(panel, { ...acme, memoryMb: 64, allow: [{ cidr: client.address4 }] }),
      ],
      [
        'it is given an address',
        'answers',
        () => panel.client.tenant.allow({ ...acme, entries: [{ cidr: client.address6 }] }),
      ],
      [
        'it is opened to everybody',
        'answers',
        () => panel.client.tenant.allow({ ...acme, entries: [{ cidr: 'anyone' }] }),
      ],
      [
        'it is closed again',
        'answers',
        () => panel.client.tenant.revoke({ ...acme, cidrs: ['anyone', client.address6] }),
      ],
      ['it is grown', 'answers', grow],
      ['it is shrunk', 'answers', shrink],
      ['it is restarted', 'answers', () => readWork(panel.client.tenant.restart(agreed))],
      [
        'it is moved to another port',
        'answers',
        () => readWork(panel.client.tenant.move({ ...agreed, port: 20_700 })),
      ],
      [
        'it is given connections',
        'answers',
        () => readWork(panel.client.tenant.limit({ ...agreed, maxConnections: 2048 })),
      ],
      ['it is upgraded', 'answers', upgrade],
      ['it is suspended', 'closed', () => panel.client.tenant.suspend(acme)],
      ['it is resumed', 'answers', () => panel.client.tenant.resume(acme)],
      ['Docker restarts', 'answers', restartDocker],
      ['it is deleted', 'gone', () => readWork(panel.client.tenant.delete(agreed))],
    ])('nothing, while %s', async (_what, end, change) => {
      const [before, through] = [(await trying.rounds()).length, await counted.read()]
      expect(await root('sysctl -n net.bridge.bridge-nf-call-iptables')).toBe(value)
      await change()
      await setSystem()
      if (end !== 'gone') await moreRounds()
      if (end === 'answers') expect(await talk()).toBe('answer')
      const rounds = (await trying.rounds()).slice(before)
      expect(rounds.length).toBeGreaterThan(0)
      expect(rounds.filter(({ answered }) => answered.length > 0)).toEqual([])
      expect(await counted.read()).toEqual(through)
    })

    it('the control: everything without the rules', async () => {
      await root('iptables -t raw -F; ip6tables -t raw -F; iptables -F; iptables -P FORWARD ACCEPT')
      const places = [host.address4, client.address4, metadata, outside]
      const sawAll = (rounds: Round[]): boolean => {
        const answered = rounds.flatMap((round) => round.answered.map(([, address]) => address))
        return places.every((place) => answered.includes(place))
      }
      await until('all places answered', async () => sawAll(await trying.rounds()))
      await until('packets were counted', async () => sum(await counted.read()) > 0)
    })
  },
)
