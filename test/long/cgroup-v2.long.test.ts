import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type EmulatedHost, startEmulatedHost } from '../hosts/emulated/emulated-host.ts'
import { observeEmulatedRoot } from '../hosts/emulated/emulated-platform.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { type BackCount, countBack, startSweep } from '../hosts/sweep.ts'
import { fillCache } from '../main/journey/cache-load.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../main/panel.ts'
import { minute, patienceMs, patientLimits } from './patience.ts'

const megabyte = 2 ** 20
/** An item of 1 KB takes one of these in memcached's slab classes. */
const chunk = 1_184
/** More than fit into so many MB. */
const tooMany = (megabytes: number) => Math.ceil((1.2 * megabytes * megabyte) / chunk)
const fits = (megabytes: number) => Math.floor((megabytes * megabyte) / chunk)

/** All of it takes ten minutes on two processors that do nothing else, and an hour on busy ones. */
const timeout = 60 * minute

const root = await observeEmulatedRoot()
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`

describe.skipIf(root.kind !== 'ready')(`a kernel with cgroup v2, emulated${skipped}`, { timeout }, () => {
  let host: EmulatedHost
  let allowed: Client
  let denied: Client
  let panel: Panel
  let port: number
  let container: string
  /** All that comes back to the denied client, and what of it is no refusal. */
  let back: { any: () => Promise<BackCount>; answers: () => Promise<BackCount> }

  beforeAll(async () => {
    if (root.kind !== 'ready') throw new Error(root.reason)
    host = await startEmulatedHost({ root: root.path })
    allowed = await startClient(host, { index: 0 })
    denied = await startClient(host, { index: 1 })
    back = {
      any: await countBack(denied, host, undefined, 'any'),
      answers: await countBack(denied, host, undefined, 'answers'),
    }
    panel = await openPanel(undefined, { timeLimits: patientLimits })
  }, timeout)

  afterAll(async () => {
    await panel?.stop()
    await allowed?.stop()
    await denied?.stop()
    await host?.stop()
  }, timeout)

  const read = async (...argv: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(argv, { timeoutMs: 10 * minute })
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
    return stdout.trim()
  }

  const reach = (client: Client, withinMs: number) =>
    Promise.all(
      [host.address4, host.address6].map((address) =>
        memcacheTalk(client, address, port, 'version\r\n', withinMs),
      ),
    )

  const readStats = async (): Promise<Record<string, number>> => {
    const said = await memcacheTalk(allowed, host.address4, port, 'stats\r\n', patienceMs)
    const text = said.kind === 'answer' ? said.text : ''
    return Object.fromEntries(
      [...text.matchAll(/^STAT (\w+) (\d+)\r$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    )
  }

  /** The container's limit and what became of it, as the kernel has them, and the cache as a client sees it. */
  const observe = async () => {
    const pid = await read('docker', 'inspect', '-f', '{{.State.Pid}}', container)
    // A sample: `0::/system.slice/docker-4f1c….scope`
    const [, cgroup = ''] = /^0::(\S+)$/m.exec(await read('cat', `/proc/${pid}/cgroup`)) ?? []
    const file = (name: string): Promise<string> => read('cat', `/sys/fs/cgroup${cgroup}/${name}`)
    // Lines of memory.events: `max 0`, `oom 0`, `oom_kill 0`
    const kills = /^oom_kill (\d+)$/m.exec(await file('memory.events'))?.[1]
    const { curr_items: items = 0, evictions = 0, limit_maxbytes: cache = 0 } = await readStats()
    return {
      pid,
      maxBytes: Number(await file('memory.max')),
      peakMb: Number(await file('memory.peak')) / megabyte,
      usedMb: Number(await file('memory.current')) / megabyte,
      kills: Number(kills),
      ...{ items, evictions, cacheMb: cache / megabyte },
    }
  }

  const resize = (memoryMb: number) =>
    readWork(panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed: true }))

  const fill = (megabytes: number) =>
    fillCache(allowed, host.address4, port, tooMany(megabytes), { timeoutMs: 20 * minute })

  it('has memory limits of version 2, and Docker uses them', async () => {
    expect(await read('stat', '-f', '-c', '%T', '/sys/fs/cgroup')).toBe('cgroup2fs')
    expect((await read('cat', '/sys/fs/cgroup/cgroup.controllers')).split(' ')).toContain('memory')
    const format = '{{.CgroupVersion}} {{.MemoryLimit}} {{.PidsLimit}}'
    expect(await read('docker', 'info', '--format', format)).toBe('2 true true')
  })

  it('is prepared over SSH by an ordinary user with sudo', async () => {
    await addSandbox(panel, host)
    const { lines } = await panel.client.host.check({ name: host.name })
    const missing = lines.filter((line) => line.verdict === 'missing').map((line) => line.subject)
    expect(missing).toEqual(['Networks', 'Helper', 'sudo', 'Image'])
    await prepareSandbox(panel, host)
    const after = await panel.client.host.check({ name: host.name })
    expect(after.lines.filter((line) => line.verdict !== 'good')).toEqual([])
    expect(after.ready).toBe(true)
  })

  it('lets in who is allowed and nobody else, over both families', async () => {
    const allow = [{ cidr: allowed.address4 }, { cidr: allowed.address6 }]
    const tenant = await createTenant(panel, { name: 'acme', memoryMb: 64, allow })
    port = tenant.port
    container = `memharbor-${tenant.id}`
    for (const talk of await reach(allowed, patienceMs)) expect(talk).toMatchObject({ kind: 'answer' })
    for (const talk of await reach(denied, 10_000)) expect(talk).toEqual({ kind: 'timeout' })
    expect(await back.any()).toEqual({ packets4: 0, packets6: 0 })
  })

  it('gives a tenant a sixth and 16 MB more than its cache, and that is enough for a full one', async ({
    annotate,
  }) => {
    expect(await observe()).toMatchObject({ maxBytes: (64 + 11 + 16) * megabyte, cacheMb: 64, kills: 0 })
    await fill(64)
    const full = await observe()
    await annotate(JSON.stringify(full))
    expect(full).toMatchObject({ maxBytes: (64 + 11 + 16) * megabyte, kills: 0 })
    expect(full.evictions).toBeGreaterThan(0)
    expect(full.usedMb).toBeGreaterThan(64)
  })

  it('control: kills a cache whose container has no more memory than the cache', async () => {
    const image = await read('docker', 'inspect', '-f', '{{.Image}}', container)
    const publish = ['-p', '31000:11211']
    const limits = ['--memory', '64m', '--memory-swap', '64m']
    const id = await read('docker', 'run', '-d', ...limits, ...publish, image, '-m', '64')
    const talk = () => memcacheTalk(allowed, host.address4, 31_000, 'version\r\n', patienceMs)
    await until('it answers', async () => (await talk()).kind === 'answer', patienceMs)
    await fillCache(allowed, host.address4, 31_000, tooMany(64), { timeoutMs: 20 * minute }).catch(() => {})
    const format = '{{.State.OOMKilled}} {{.State.ExitCode}}'
    const isKilled = async () => (await read('docker', 'inspect', '-f', format, id)) === 'true 137'
    await until('it is killed', isKilled, patienceMs)
    await read('docker', 'rm', '--force', id)
  })

  it('resizes it up and down while it goes on', async ({ annotate }) => {
    const before = await observe()
    await resize(128)
    const grown = await observe()
    expect(grown).toMatchObject({ pid: before.pid, items: before.items, cacheMb: 128, kills: 0 })
    expect(grown.maxBytes).toBe((128 + 22 + 16) * megabyte)
    await fill(128)
    const full = await observe()
    expect(full.items).toBeGreaterThan(fits(64))
    expect(full).toMatchObject({ pid: before.pid, kills: 0 })
    await resize(64)
    const shrunk = await observe()
    await annotate(JSON.stringify({ before, grown, full, shrunk }))
    expect(shrunk).toMatchObject({ pid: before.pid, cacheMb: 64, kills: 0 })
    expect(shrunk.maxBytes).toBe((64 + 11 + 16) * megabyte)
    expect(shrunk.items).toBeGreaterThan(fits(64) / 4)
    expect(shrunk.items).toBeLessThanOrEqual(fits(64))
    for (const talk of await reach(allowed, patienceMs)) expect(talk).toMatchObject({ kind: 'answer' })
    expect(await back.any()).toEqual({ packets4: 0, packets6: 0 })
  })

  /** The container began with 64 MB and has 32 now: its first answer says so, and who fills it at once kills nothing. */
  const fillAtFirstAnswer = async () => {
    const areIn = async () => (await reach(allowed, patienceMs)).every(({ kind }) => kind === 'answer')
    await until('the allowed client gets in over both families', areIn, 10 * minute)
    const first = await observe()
    expect(first).toMatchObject({ maxBytes: (32 + 6 + 16) * megabyte, cacheMb: 32, kills: 0 })
    await fill(32)
    const full = await observe()
    expect(full).toMatchObject({ pid: first.pid, cacheMb: 32, kills: 0 })
    expect(full.evictions).toBeGreaterThan(0)
    return full
  }

  it('has the tenant again after a reboot with its size of now, and was closed to everybody else throughout', async ({
    annotate,
  }) => {
    await resize(32)
    const sweep = await startSweep(denied, host, { from: port, to: port + 1 }, 200)
    await sweep.more(5, patienceMs)
    await host.reboot()
    const full = await fillAtFirstAnswer()
    await annotate(JSON.stringify(full))
    await sweep.more(5, patienceMs)
    await sweep.stop()
    // Before the filter is there, the kernel says that nobody listens.
    expect(await back.answers()).toEqual({ packets4: 0, packets6: 0 })
    const { lines } = await panel.client.host.check({ name: host.name })
    expect(lines.filter((line) => line.verdict !== 'good')).toEqual([])
  })

  it('has it again after its Docker was killed', async ({ annotate }) => {
    const { pid } = await observe()
    await read('systemctl', 'kill', '--signal=SIGKILL', 'docker')
    const isOther = async () =>
      ![pid, '0', undefined].includes(
        (await host.exec(['docker', 'inspect', '-f', '{{.State.Pid}}', container])).stdout.trim() ||
          undefined,
      )
    await until('Docker has begun it again', isOther, 10 * minute)
    const full = await fillAtFirstAnswer()
    await annotate(JSON.stringify(full))
    expect(await back.answers()).toEqual({ packets4: 0, packets6: 0 })
  })

  it('has it again after the kernel killed it for its memory, which is told', async ({ annotate }) => {
    const { pid } = await observe()
    // A client lets its memcached have more than its container may, and fills that.
    await memcacheTalk(allowed, host.address4, port, 'cache_memlimit 1024\r\n', patienceMs)
    await fillCache(allowed, host.address4, port, tooMany(64), { timeoutMs: 20 * minute }).catch(() => {})
    const isOther = async () =>
      !['0', pid].includes(await read('docker', 'inspect', '-f', '{{.State.Pid}}', container))
    await until('Docker has begun it again', isOther, 10 * minute)
    await annotate(JSON.stringify(await fillAtFirstAnswer()))
    const isTold = async () => {
      const { lastLoss } = await panel.client.tenant.show({ name: 'acme' })
      return lastLoss?.outOfMemory === true && lastLoss.status === 137
    }
    await until('it is told', isTold, 10 * minute)
    const noted = await panel.client.activity.list({ tenant: 'acme' })
    expect(noted.find(({ kind }) => kind === 'tenant end')?.why).toContain('memory was used up')
  })

  it('control: the same client is answered where the filter is off', async () => {
    for (const program of ['iptables', 'ip6tables']) await read(program, '-t', 'raw', '-F', 'PREROUTING')
    const areIn = async () => (await reach(denied, patienceMs)).every(({ kind }) => kind === 'answer')
    await until('the denied client gets in over both families', areIn, 10 * minute)
    const { packets4, packets6 } = await back.answers()
    expect(packets4).toBeGreaterThan(0)
    expect(packets6).toBeGreaterThan(0)
  })
})
