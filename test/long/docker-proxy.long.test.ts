import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type EmulatedHost, startEmulatedHost } from '../hosts/emulated/emulated-host.ts'
import { observeEmulatedRoot } from '../hosts/emulated/emulated-platform.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import type { Running } from '../hosts/running.ts'
import { fillCache } from '../main/journey/cache-load.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../main/panel.ts'
import script from './many-connections.py?raw'
import { minute, patienceMs, patientLimits } from './patience.ts'

const most = 6_000
const valueBytes = 100_000
/** Two sockets and two pipes, of two ends each; the pipes stay for minutes after the connection. */
const [descriptorsEach, keptEach] = [6, 4]
/** What docker-proxy has without connections, and some more. */
const own = 20

/** All of it takes four minutes on two processors that do nothing else, and seven on busy ones. */
const timeout = 60 * minute

const root = await observeEmulatedRoot()
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
const answer = z.object({ answered: z.int(), errors: z.array(z.string()) })

/** Emulated, because few machines that tests run on let a process open more than 20,000 descriptors. */
describe.skipIf(root.kind !== 'ready')(`one docker-proxy, emulated${skipped}`, { timeout }, () => {
  let host: EmulatedHost
  let client: Client
  let panel: Panel
  let port: number
  let load: Running

  beforeAll(async () => {
    if (root.kind !== 'ready') throw new Error(root.reason)
    host = await startEmulatedHost({ root: root.path })
    client = await startClient(host, { index: 0 })
    panel = await openPanel(undefined, { timeLimits: patientLimits })
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const allow = [{ cidr: client.address4 }, { cidr: client.address6 }]
    const tenant = await createTenant(panel, { name: 'acme', memoryMb: 64, maxConnections: 10_000, allow })
    port = tenant.port
    await fillCache(client, host.address4, port, 1, { bytes: valueBytes })
    load = await client.spawn(['/usr/bin/python3', '-IS', '-c', script, host.address6, String(port)])
  }, timeout)

  afterAll(async () => {
    await load?.kill()
    await panel?.stop()
    await client?.stop()
    await host?.stop()
  }, timeout)

  const read = async (...argv: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(argv, { timeoutMs: patienceMs })
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
    return stdout.trim()
  }

  const ask = async (command: string): Promise<z.infer<typeof answer>> => {
    const seen = (await load.output()).length
    await load.write(`${command}\n`)
    const rest = async (): Promise<string> => (await load.output()).slice(seen)
    await until(`${command} is done`, async () => (await rest()).endsWith('\n'), 20 * minute)
    return answer.parse(JSON.parse(await rest()))
  }

  /** What docker-proxy takes, and what its connections take of the kernel: that is in the memory of Docker's service. */
  const observe = async () => {
    // A sample: `LISTEN 0 4096 [::]:20000 [::]:* users:(("docker-proxy",pid=731,fd=4))`
    const listener = await read('ss', '-H6ltnp', `sport = :${port}`)
    const pid = /"docker-proxy",pid=(\d+)/.exec(listener)?.[1] ?? ''
    const file = (name: string): Promise<string> => read('cat', `/proc/${pid}/${name}`)
    // Lines: `VmRSS:	  122460 kB`, `Threads:	13`
    const status = await file('status')
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
    const service = await read('cat', '/sys/fs/cgroup/system.slice/docker.service/memory.current')
    const stats = await memcacheTalk(client, host.address4, port, 'stats\r\n', patienceMs)
    const text = stats.kind === 'answer' ? stats.text : ''
    return {
      pid,
      // Linux has had their number there since 6.2.
      descriptors: Number(await read('stat', '-c', '%s', `/proc/${pid}/fd`)),
      limit: Number(/^Max open files +(\d+)/m.exec(await file('limits'))?.[1]),
      residentMb: field('VmRSS') / 1_024,
      threads: field('Threads'),
      serviceMb: Number(service) / 2 ** 20,
      connections: Number(/^STAT curr_connections (\d+)/m.exec(text)?.[1]),
    }
  }

  const versions = async () => ({
    docker: await read('docker', 'version', '--format', '{{.Server.Version}} {{.Server.GoVersion}}'),
    kernel: await read('uname', '-r'),
  })

  it('is there before anybody connects', async ({ annotate }) => {
    const idle = await observe()
    await annotate(JSON.stringify({ ...(await versions()), ...idle }))
    expect(idle.descriptors).toBeLessThan(own)
    expect(idle.limit).toBeGreaterThan(descriptorsEach * most + own)
  })

  it.for([1_500, 3_000, most])(
    'takes 6 descriptors for each of %i connections',
    async (count, { annotate }) => {
      expect(await ask(`open ${count}`)).toEqual({ answered: count, errors: [] })
      const held = await observe()
      await annotate(JSON.stringify(held))
      expect(Math.abs(held.descriptors - descriptorsEach * count)).toBeLessThan(own)
      expect(held.residentMb).toBeLessThan(200)
      expect(held.connections).toBeGreaterThanOrEqual(count)
    },
  )

  it('takes no more when each of them reads a large value', async ({ annotate }) => {
    expect(await ask(`get item-0 ${valueBytes}`)).toEqual({ answered: most, errors: [] })
    const held = await observe()
    await annotate(JSON.stringify(held))
    expect(Math.abs(held.descriptors - descriptorsEach * most)).toBeLessThan(own)
    expect(held.residentMb).toBeLessThan(200)
  })

  it('gives its sockets back when all close', async ({ annotate }) => {
    await ask('close')
    const areClosed = async () => (await observe()).descriptors < keptEach * most + own
    await until('the sockets are given back', areClosed, patienceMs)
    await annotate(JSON.stringify(await observe()))
  })
})
