import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComposeOptions } from '../../src/main/compose.ts'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type HeldConnections, holdConnections } from '../hosts/hold-connections.ts'
import type { HostFacts } from '../hosts/host.ts'
import type { CachedRoot } from '../hosts/live/cache-root.ts'
import type { LiveHost } from '../hosts/live/live-host.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../main/panel.ts'

const name = 'acme'
const hit = { kind: 'answer', text: expect.stringContaining('VALUE kept') }

/** A server with a systemd and a Docker of its own. */
export type ToldHost = Pick<LiveHost, 'exec' | 'stop' | 'namespace' | 'address4' | 'address6' | 'name'> &
  HostFacts

/** A kind of servers, and how long one of them may take for what a quick one answers at once. */
export interface ToldCase {
  readonly title: string
  readonly root: CachedRoot
  readonly start: (root: string) => Promise<ToldHost>
  readonly patienceMs: number
  /** The patience of its panel; the usual one unless given. */
  readonly timeLimits?: ComposeOptions['timeLimits']
  /** Faults that all tenants of such a server have, such as `limits`. */
  readonly always: readonly string[]
}

/**
 * Sentences about a tenant, which depend on the memcached, the Docker, the iptables and the cgroups of a server: each case is
 * made there for real, with a client beside it.
 */
export const testTold = (told: ToldCase): void => {
  const { title, root, start, patienceMs, timeLimits, always } = told
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  const timeout = 10 * patienceMs
  describe.skipIf(root.kind !== 'ready')(`a tenant on ${title}, as it is told${skipped}`, { timeout }, () => {
    let host: ToldHost
    let client: Client
    let panel: Panel
    let id: string
    let port: number
    const open = (folder?: string) => openPanel(folder, timeLimits === undefined ? {} : { timeLimits })

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await start(root.path)
      client = await startClient(host, { index: 0 })
      panel = await open()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      const allow = [{ cidr: client.address4 }]
      ;({ id, port } = await createTenant(panel, { name, memoryMb: 64, maxConnections: 64, allow }))
    }, timeout)
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    }, timeout)

    const show = () => panel.client.tenant.show({ name })
    const talk = (text: string) => memcacheTalk(client, host.address4, port, text, patienceMs / 6)
    const must = async (command: string): Promise<string> => {
      const { status, stdout, stderr } = await host.exec(['sh', '-c', command], { timeoutMs: timeout })
      if (status !== 0) throw new Error(`${command}: ${stderr}`)
      return stdout.trim()
    }
    const inspect = (format: string) => must(`docker inspect -f '${format}' memharbor-${id}`)
    const log = (kind: string) =>
      panel.client.activity
        .list({ tenantId: id })
        .then((entries) => entries.filter((each) => each.kind === kind))

    it('is at its limit with as many clients as were sold, and the panel still gets in', async () => {
      const held: HeldConnections[] = []
      const hold = async (count: number): Promise<number> => {
        const more = await holdConnections(client, host.address4, port, count, patienceMs)
        held.push(more)
        return more.held
      }
      try {
        expect(await hold(64)).toBe(64)
        const why = (count: number) => expect.stringContaining(`Connection limit reached, ${count} of 64.`)
        expect(await show()).toMatchObject({ health: 'connections-exhausted', why: why(64) })
        // The last four are kept for the panel, which needs one of them.
        expect(await hold(3)).toBe(3)
        expect(await show()).toMatchObject({
          state: 'running',
          health: 'connections-exhausted',
          why: why(67),
        })
      } finally {
        for (const each of held) await each.release()
      }
      await until('nobody is connected', async () => (await show()).metrics?.connections === 0, patienceMs)
    })

    it('is changed where a client gave it more memory', async () => {
      expect(await talk('cache_memlimit 200\r\n')).toMatchObject({ text: 'OK\r\n' })
      expect(await show()).toMatchObject({ health: 'changed', faults: ['cache-limit', ...always] })
      await readWork(panel.client.tenant.resize({ name, memoryMb: 64, confirmed: false }))
      expect(await show()).toMatchObject({ faults: [...always] })
    })

    it('loses no container to a change where another program flushed the rules of Docker', async () => {
      await talk('set kept 0 0 1\r\n1\r\n')
      const before = await inspect('{{.Id}} {{.State.StartedAt}}')
      for (const table of ['nat', 'filter'])
        for (const action of ['-F', '-X']) await must(`iptables -w -t ${table} ${action}`)
      const { tenant } = panel.client
      const verbs = {
        restart: () => tenant.restart({ name, confirmed: true }),
        limit: () => tenant.limit({ name, maxConnections: 256, confirmed: true }),
        move: () => tenant.move({ name, port: 20_900, confirmed: true }),
      }
      for (const [verb, change] of Object.entries(verbs)) {
        const problem = await problemOf(readWork(change()))
        expect({ verb, ...problem }).toMatchObject({
          ...{ verb, code: 'DOCKER_RULES_GONE' },
          advice: expect.stringContaining('sudo systemctl restart docker'),
        })
        expect([verb, await inspect('{{.Id}} {{.State.StartedAt}}')]).toEqual([verb, before])
      }
      const { lines } = await panel.client.host.check({ name: host.name })
      expect(lines.find(({ subject }) => subject === 'Docker rules')).toMatchObject({ verdict: 'bad' })
      expect(await memcacheTalk(host, '127.0.0.1', port, 'get kept\r\n', patienceMs / 6)).toMatchObject(hit)
      await must('systemctl restart docker')
      await until('it answers', async () => (await talk('version\r\n')).kind === 'answer', patienceMs)
      await until('it is told', async () => (await show()).lastLoss?.withDocker === true, patienceMs)
      expect((await panel.client.tenant.logs({ name })).lastExit).toMatchObject({ withDocker: true })
      await readWork(tenant.restart({ name, confirmed: true }))
      expect(await show()).toMatchObject({ state: 'running', faults: [...always], lastLoss: null })
    })

    it('was killed', async () => {
      const before = await inspect('{{.State.StartedAt}}')
      await must(`kill -9 ${await inspect('{{.State.Pid}}')}`)
      await until(
        'Docker has started it again',
        async () => {
          const [started, state] = (await inspect('{{.State.StartedAt}} {{.State.Status}}')).split(' ')
          return started !== before && state === 'running'
        },
        patienceMs,
      )
      const lost = { status: 137, outOfMemory: false, withDocker: false }
      expect((await panel.client.tenant.logs({ name })).lastExit).toMatchObject(lost)
      await panel.client.tenant.list({})
      expect(await show()).toMatchObject({
        state: 'running',
        faults: expect.arrayContaining(['cache-lost']),
        lastLoss: lost,
      })
      expect(await log('tenant end')).toHaveLength(1)
    })

    it('was emptied by somebody while no panel was open', async () => {
      const { dataDir } = panel
      await panel.close()
      await talk('flush_all\r\n')
      panel = await open(dataDir)
      await panel.client.tenant.figures({ ids: [id] })
      expect((await log('tenant flush')).map(({ actor }) => actor)).toEqual(['another panel or a client'])
    })

    it('is put back as it was after its delete', async () => {
      await talk('set kept 0 0 1\r\n1\r\n')
      expect(await talk('get kept\r\n')).toMatchObject(hit)
      const same = ({
        id,
        port,
        allow,
        notes,
        memoryMb,
        maxConnections,
      }: Awaited<ReturnType<typeof show>>) => ({
        ...{ id, port, allow, notes, memoryMb, maxConnections },
      })
      const before = await show()
      await readWork(panel.client.tenant.delete({ name, confirmed: true }))
      expect(await talk('version\r\n')).toEqual({ kind: 'timeout' })
      const { result } = await readWork(panel.client.tenant.restore({ name }))
      expect(same(result)).toEqual(same(before))
      await until('it answers', async () => (await talk('version\r\n')).kind === 'answer', patienceMs)
      expect(await talk('get kept\r\n')).toMatchObject({ text: 'END\r\n' })
    })
  })
}
