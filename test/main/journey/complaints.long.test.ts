import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ListedTenant } from '../../../src/contract/tenant.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { holdConnections } from '../../hosts/hold-connections.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { type MemcacheTalk, memcacheTalk } from '../../hosts/memcache-talk.ts'
import { mustRun } from '../../hosts/run.ts'
import { createTenant, type Panel, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { fillCache } from './cache-load.ts'

type Met = MemcacheTalk['kind'] | 'hello' | 'nothing'

/** What a customer says, made so by raw tools; what the customer's program meets; and what the panel has to answer. */
interface Complaint {
  readonly words: string
  /** @returns what puts it right again */
  readonly stage: () => Promise<() => Promise<unknown>>
  /** Of a program at an allowed address that asks for `greeting`. */
  readonly meets: Met | readonly Met[]
  readonly state: ListedTenant['state']
  readonly health: ListedTenant['health']
  /** The first sentence of `why`; empty where nothing is wrong. */
  readonly says: RegExp
}

const patient = 60_000
const nothingWrong = { state: 'running', health: 'ok', says: /^$/ } as const
const nothingToMend = async (): Promise<void> => {}

describeOnHosts('what customers complain about', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel
  let friend: Client
  let stranger: Client
  let id: string
  let port: number
  let container: string

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    friend = await world.addClient()
    stranger = await world.addClient()
    const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
    ;({ id, port } = await createTenant(panel, { name: 'shop', allow, memoryMb: 32, maxConnections: 64 }))
    container = `memharbor-${id}`
  })
  afterAll(() => world?.stop())

  const docker = (...argv: string[]) => mustRun(host.namespace.enter(['docker', ...argv]))
  const inspect = async (format: string) => (await docker('inspect', '-f', format, container)).trim()
  const talk = (text: string, from = friend) => memcacheTalk(from, host.address4, port, text, 4_000)
  const greet = async () => {
    const said = await talk('get greeting\r\n')
    if (said.kind !== 'answer') return said.kind
    return said.text.includes('hello') ? 'hello' : 'nothing'
  }
  const look = async () => {
    const [listed] = await panel.client.tenant.list({})
    const { state, health, why } = await panel.client.tenant.show({ name: 'shop' })
    expect(listed).toMatchObject({ state, health })
    return { state, health, why, listedWhy: listed?.why ?? '' }
  }
  const restart = () => docker('restart', '-t', '1', container)

  const complaints: readonly Complaint[] = [
    {
      words: 'It does not let me in, says somebody at another address',
      stage: async () => {
        expect((await talk('version\r\n', stranger)).kind).toBe('timeout')
        return nothingToMend
      },
      ...{ meets: 'hello', ...nothingWrong },
    },
    {
      words: 'It is slow, says somebody whose program asks for one item after the other',
      stage: async () => {
        await fillCache(friend, host.address4, port, 2_000, { bytes: 100 })
        return nothingToMend
      },
      ...{ meets: 'hello', ...nothingWrong },
    },
    {
      words: 'My data is gone, says somebody whose own program flushed it',
      stage: async () => {
        expect(await talk('flush_all\r\n')).toMatchObject({ text: 'OK\r\n' })
        return nothingToMend
      },
      ...{ meets: 'nothing', ...nothingWrong },
    },
    {
      words: 'My data is gone: memcached was killed',
      stage: async () => {
        const startedAt = await inspect('{{.State.StartedAt}}')
        await host.exec(['kill', '-9', await inspect('{{.State.Pid}}')])
        await until(
          'it runs again',
          async () => (await inspect('{{.State.StartedAt}}')) !== startedAt,
          patient,
        )
        await until('it answers', async () => (await greet()) === 'nothing', patient)
        return restart
      },
      ...{ meets: 'nothing', state: 'running', health: 'changed', says: /^memcached was killed \(/ },
    },
    {
      words: 'I cannot connect: the container was stopped',
      stage: async () => {
        await docker('stop', '-t', '1', container)
        return () => docker('start', container)
      },
      ...{ meets: 'refused', state: 'stopped', health: 'unresponsive' },
      says: /^The container does not run: Exited/,
    },
    {
      words: 'I cannot connect: it is suspended',
      stage: async () => {
        await panel.client.tenant.suspend({ name: 'shop' })
        return () => panel.client.tenant.resume({ name: 'shop' })
      },
      ...{ meets: 'timeout', state: 'suspended', health: 'ok' },
      says: /^The filter lets nobody in; the cache is kept\.$/,
    },
    {
      words: 'It hangs',
      stage: async () => {
        await docker('kill', '--signal', 'STOP', container)
        return () => docker('kill', '--signal', 'CONT', container)
      },
      ...{ meets: 'timeout', state: 'running', health: 'unresponsive' },
      says: /^Its container runs, but memcached does not answer\.$/,
    },
    {
      words: 'Some of my programs are refused: they hold as many connections as were sold',
      stage: async () => {
        const { held, release } = await holdConnections(friend, host.address4, port, 64)
        expect(held).toBe(64)
        return release
      },
      ...{ meets: 'hello', state: 'running', health: 'connections-exhausted' },
      says: /^Connection limit reached, 64 of 64\.$/,
    },
    {
      words: 'My keys vanish: there are more than fit',
      stage: async () => {
        await fillCache(friend, host.address4, port, 60_000)
        return restart
      },
      // A small item has pages of its own.
      ...{ meets: 'hello', state: 'running', health: 'full' },
      says: /^Its memory is full, so items are dropped/,
    },
    {
      words: 'It comes and goes: its container ends again and again',
      stage: async () => {
        const [image, network] = [await inspect('{{.Image}}'), 'memharbor-1']
        await docker('rename', container, `${container}-aside`)
        await docker('stop', '-t', '1', `${container}-aside`)
        const labels = ['--label', `io.memharbor.tenant=${id}`]
        const run = ['run', '-d', '--name', container, '--network', network, '--restart', 'always']
        await docker(...run, ...labels, '-p', `${port}:11211`, image, '-m', 'none')
        // Docker doubles the pauses, and a look into the short one of its running sees that it does.
        await until('it ends', async () => Number(await inspect('{{.RestartCount}}')) >= 6, patient)
        await until('it pauses', async () => (await inspect('{{.State.Status}}')) === 'restarting', patient)
        return async () => {
          await docker('rm', '-f', container)
          await docker('rename', `${container}-aside`, container)
          await docker('start', container)
        }
      },
      // It depends on the moment, and on which of Docker's programs answers.
      ...{ meets: ['refused', 'unreachable', 'timeout'], state: 'failed', health: 'restarting' },
      says: /^The container keeps ending: Restarting/,
    },
    {
      words: 'It is gone: somebody removed the container',
      stage: async () => {
        await docker('rm', '-f', container)
        return () => readWork(panel.client.tenant.restart({ name: 'shop', confirmed: true }))
      },
      ...{ meets: 'refused', state: 'failed', health: 'unresponsive' },
      says: /^Its container is not on the host any more\.$/,
    },
    {
      words: 'It does not work over IPv6: what listens there is gone',
      stage: async () => {
        const { stdout } = await host.exec(['ss', '-Hltnp', 'src', '[::]', 'sport', '=', `:${port}`])
        await host.exec(['kill', '-9', /"docker-proxy",pid=(\d+)/.exec(stdout)?.[1] ?? ''])
        return restart
      },
      ...{ meets: 'hello', state: 'running', health: 'changed' },
      says: /^Nothing listens on \[::\]:\d+, so it is not reached over IPv6\.$/,
    },
    {
      words: 'It keeps less than I pay for: a program of mine changed its size',
      stage: async () => {
        expect(await talk('cache_memlimit 16\r\n')).toMatchObject({ text: 'OK\r\n' })
        return restart
      },
      ...{ meets: 'hello', state: 'running', health: 'changed' },
      says: /^Its memcached may use 16 MB in place of 32: /,
    },
    {
      words: 'Nothing works: the host is not reached',
      stage: async () => {
        await host.stopSsh()
        await host.cutSsh()
        return async () => {
          await host.startSsh()
          await until('it is back', async () => (await look()).state === 'running', patient)
        }
      },
      ...{ meets: 'hello', state: 'unknown', health: 'host-away', says: /^(Host )?web1 / },
    },
  ]

  it('there are fourteen of them, and with three nothing is wrong', () => {
    expect(complaints).toHaveLength(14)
    expect(complaints.filter(({ health, state }) => health === 'ok' && state === 'running')).toHaveLength(3)
  })

  it.each(complaints.map((each) => [each.words, each] as const))(
    '“%s”',
    { timeout: 180_000 },
    async (_words, each) => {
      const { stage, meets, state, health, says } = each
      await until('it is well', async () => (await look()).health === 'ok', patient)
      expect(await talk('set greeting 0 0 5\r\nhello\r\n')).toMatchObject({ text: 'STORED\r\n' })
      const mend = await stage()
      try {
        expect([meets].flat()).toContain(await greet())
        const seen = await look()
        const first = (why: string): string => /^.*?[.!?](?= |\n|$)|^.*/.exec(why)?.[0] ?? ''
        expect(seen).toMatchObject({ state, health })
        expect(first(seen.why)).toMatch(says)
        expect(first(seen.listedWhy)).toMatch(says)
      } finally {
        await mend()
      }
    },
  )
})
