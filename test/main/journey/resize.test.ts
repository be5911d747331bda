import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, type Panel, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { fillCache, useCache } from './cache-load.ts'
import { replaceByEarlier } from './earlier-container.ts'

/** A client that replaces an item at this very moment makes one less, for as long as that takes. */
const near = (count: number) => expect.closeTo(count, -1)

const megabyte = 2 ** 20
/** 100 MB of values. */
const items = 102_400
/** 87 MB of the cache. */
const some = 76_800
/** 45 MB of it. */
const few = 40_000
/** The number of items that the client that works all the time writes besides. */
const ownItems = 100
/** An item of 1 KB takes one of these in memcached's slab classes. */
const chunk = 1_184

describeOnHosts('100 MB of data, resized', () => {
  let world: PanelHost
  let host: HostNamespace
  let filler: Client
  let worker: Client
  let panel: Panel
  let port: number
  let container: string

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    filler = await world.addClient()
    worker = await world.addClient()
    const allow = [{ cidr: filler.address4 }, { cidr: worker.address4 }]
    const tenant = await createTenant(panel, { name: 'acme', memoryMb: 256, allow })
    port = tenant.port
    container = `memharbor-${tenant.id}`
  })

  afterAll(() => world?.stop())

  const read = async (argv: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(argv)
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
    return stdout.trim()
  }

  const readStats = async (): Promise<Record<string, number>> => {
    const said = await memcacheTalk(filler, host.address4, port, 'stats\r\n', 5_000)
    const text = said.kind === 'answer' ? said.text : ''
    return Object.fromEntries(
      [...text.matchAll(/^STAT (\w+) (\d+)\r$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    )
  }

  /** The process as the kernel and Docker see it: none of it comes from the code under test. */
  const observe = async () => {
    const format = '{{.State.Pid}} {{.HostConfig.Memory}} {{.State.OOMKilled}} {{.RestartCount}}'
    const words = (await read(['docker', 'inspect', '-f', format, container])).split(' ')
    const [pid = '', limit, oomKilled, restarts] = words
    // A line of /proc/PID/status: VmRSS:	  132456 kB
    const rss = /^VmRSS:\s+(\d+) kB$/m.exec(await read(['cat', `/proc/${pid}/status`]))?.[1]
    const { curr_items: kept, limit_maxbytes: cache } = await readStats()
    return {
      pid,
      kept: kept ?? 0,
      cacheMb: (cache ?? 0) / megabyte,
      limitMb: Number(limit) / megabyte,
      rssMb: Math.round(Number(rss) / 1024),
      healthy: oomKilled === 'false' && restarts === '0',
    }
  }

  const resize = async (memoryMb: number, confirmed: boolean) =>
    (await readWork(panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed }))).result

  it('keeps what fits while a client works on, and its container stays within its limit', async ({
    annotate,
  }) => {
    await fillCache(filler, host.address4, port, items)
    const use = await useCache(worker, host.address4, port, items)
    await use.more()
    const all = items + ownItems
    const full = await observe()
    expect(full).toMatchObject({ kept: near(all), cacheMb: 256, limitMb: 256 + 43 + 16, healthy: true })

    expect(await resize(512, false)).toMatchObject({ itemsBefore: near(all), itemsAfter: near(all) })
    const grown = await observe()
    expect(grown).toMatchObject({ pid: full.pid, kept: near(all), cacheMb: 512, limitMb: 512 + 86 + 16 })
    await use.more()

    // This memcached is older than 1.6.42, so shrinking says what can happen.
    expect(await problemOf(resize(256, false))).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
    expect(await observe()).toMatchObject({ kept: near(all), cacheMb: 512, limitMb: 512 + 86 + 16 })
    expect(await resize(256, true)).toMatchObject({ itemsBefore: near(all), itemsAfter: near(all) })
    const back = await observe()
    expect(back).toMatchObject({ pid: full.pid, kept: near(all), cacheMb: 256, limitMb: 256 + 43 + 16 })
    await use.more()

    const resized = await resize(64, true)
    const small = await observe()
    await use.more()
    const later = await observe()
    const work = await use.stop()
    const fits = Math.floor((64 * megabyte) / chunk)
    const kept = `${full.kept} items in 256 MB, ${grown.kept} in 512, ${back.kept} in 256 again, ${small.kept} in 64 (${fits} fit)`
    const memory = `resident ${full.rssMb}, ${grown.rssMb}, ${back.rssMb}, ${small.rssMb} MB`
    await annotate(`${kept}; ${memory}; ${JSON.stringify(work)}`)

    expect(resized).toMatchObject({ tenant: { memoryMb: 64, state: 'running' }, itemsBefore: near(all) })
    expect(resized.itemsAfter).toBeGreaterThanOrEqual(fits / 4)
    expect(small.kept, kept).toBeGreaterThanOrEqual(fits / 4)
    expect(small.kept, kept).toBeLessThanOrEqual(fits)
    for (const seen of [full, grown, back, small, later]) {
      expect(seen.rssMb, memory).toBeLessThan(seen.limitMb)
      expect(seen.healthy).toBe(true)
    }
    expect(later).toMatchObject({ pid: full.pid, cacheMb: 64, limitMb: 64 + 11 + 16 })
    // While pages are taken from it, memcached 1.6.18 may have no room for one of thousands of items on a busy machine.
    const isNoRoom = (error: string) => error.includes('SERVER_ERROR out of memory storing object')
    expect(work.errors.filter((error) => !isNoRoom(error))).toEqual([])
    expect(work.errors.length).toBeLessThanOrEqual(2)
    expect(work.hits).toBeGreaterThan(0)
  })

  /** Filled, shrunk, grown and filled again: what is freed the second time was taken after something was freed. */
  const shrinkOnce = async () => {
    await fillCache(filler, host.address4, port, some)
    await resize(16, true)
    await resize(128, true)
    await fillCache(filler, host.address4, port, some)
  }

  it('gives memory back at a second shrink, too', async () => {
    const { pid } = await observe()
    await resize(128, true)
    await shrinkOnce()
    await resize(16, true)
    const small = await observe()
    expect(small).toMatchObject({ pid, cacheMb: 16, limitMb: 16 + 3 + 16, healthy: true })
    expect(small.rssMb).toBeLessThan(16 + 3 + 16)
  })

  /** The limit of the first answer of another process than that, in MB. */
  const readFirst = async (before: string): Promise<number> => {
    let first = 0
    await until('another memcached answers', async () => {
      const { limit_maxbytes: limit, pid } = await readStats()
      const now = await read(['docker', 'inspect', '-f', '{{.State.Pid}}', container])
      if (limit === undefined || pid === undefined || now === before || now === '0') return false
      first = limit / megabyte
      return true
    })
    return first
  }

  it('starts with its size of now, however it ends, and a client that fills it at once changes nothing', {
    timeout: 400_000,
  }, async () => {
    await resize(16, true)
    const ends: Record<string, (pid: string) => Promise<unknown>> = {
      'kill -9': (pid) => host.exec(['kill', '-9', pid]),
      'docker restart': () => read(['docker', 'restart', '-t', '1', container]),
      // A client may raise what memcached takes, and the kernel ends it at the limit of its container.
      'out of memory': async () => {
        await memcacheTalk(filler, host.address4, port, 'cache_memlimit 512\r\n')
        await fillCache(filler, host.address4, port, few).catch(() => undefined)
      },
      'restart of Docker': async () => {
        await host.stopDocker()
        await host.startDocker()
      },
    }
    for (const [how, end] of Object.entries(ends)) {
      const { pid } = await observe()
      await end(pid)
      expect([how, await readFirst(pid)]).toEqual([how, 16])
      const again = await observe()
      await fillCache(filler, host.address4, port, few)
      expect([how, await observe()]).toMatchObject([
        how,
        { pid: again.pid, cacheMb: 16, limitMb: 16 + 3 + 16 },
      ])
    }
    expect((await panel.client.tenant.show({ name: 'acme' })).why).not.toContain('earlier Memharbor')
  })

  it('does not make a container of before so small that the kernel would kill it, and says so', async () => {
    await resize(128, true)
    await replaceByEarlier(host, { id: container.replace('memharbor-', ''), port, memoryMb: 128 })
    await until('it answers', async () => (await readStats())['limit_maxbytes'] === 128 * megabyte)
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.find(({ subject }) => subject === 'Memory')).toMatchObject({
      ...{ verdict: 'note', sentence: expect.stringContaining('acme') },
    })
    await shrinkOnce()
    const full = await observe()
    const asked = await problemOf(resize(16, false))
    expect(asked).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
    expect(asked.message).toContain('may keep what it frees')
    expect(await observe()).toMatchObject({ pid: full.pid, kept: full.kept, cacheMb: 128 })

    const refusal = { code: 'MEMORY_HELD', details: { tenant: 'acme', memoryMb: 16, limitMb: 16 + 3 + 16 } }
    const dropped = await problemOf(resize(16, true))
    expect(dropped).toMatchObject({ ...refusal, details: { ...refusal.details, isDropped: true } })
    const back = await observe()
    expect(back).toMatchObject({ pid: full.pid, cacheMb: 128, limitMb: 128 + 22 + 16, healthy: true })
    expect(back.rssMb).toBeGreaterThan(16 + 3 + 16)
    expect(back.kept).toBeLessThan(full.kept)
    const refused = await problemOf(resize(16, true))
    expect(refused).toMatchObject({ ...refusal, details: { ...refusal.details, isDropped: false } })
    expect(await observe()).toMatchObject({ pid: full.pid, kept: back.kept, cacheMb: 128, healthy: true })

    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await read(['docker', 'inspect', '-f', '{{.Config.Env}}', container])).toContain('MALLOC_')
    await resize(16, true)
    expect(await observe()).toMatchObject({ cacheMb: 16, limitMb: 16 + 3 + 16, healthy: true })
  })
})
