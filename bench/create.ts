import pLimit from 'p-limit'
import { createTenant, type Panel, readWork } from '../test/main/panel.ts'
import { type Engine, openEngine } from './engine.ts'
import { divide, interleave, median, renderRatios, renderSpread, timeMs } from './figures.ts'
import { type PanelHost, startPanelHost } from './panel-host.ts'
import type { Report } from './report.ts'
import { measureStart } from './start.ts'

const pairs = 25
const bulkPairs = 5
const bulkSize = 100
const memoryMb = 64
/** As many creates at once as the program lets through to a host. */
const concurrency = 8
/** Away from the ports that the helper gives out, and inside the range. */
const enginePort = 29_000

/**
 * One-click create at the router against what the engine needs for a container like it. One of each is there at a time,
 * so that the number of containers stays the same.
 */
export async function measureCreate(report: Report): Promise<void> {
  const world = await startPanelHost('bench')
  try {
    const engine = await openEngine(world.host, memoryMb)
    await measureOneByOne(report, world, engine)
    await measureBulk(report, world.panel, engine)
    await measureStart(report, world)
  } finally {
    await world.stop()
  }
}

async function measureOneByOne(report: Report, { panel, client }: PanelHost, engine: Engine): Promise<void> {
  const [ours, bare]: [number[], number[]] = [[], []]
  const allow = [{ cidr: client.address4, label: 'office' }]
  await createAndDelete(panel, 'warm', allow)
  await interleave(pairs, [
    async (round) => void ours.push(await createAndDelete(panel, `one-${round}`, allow)),
    async (round) => {
      const id = `bare${String(round).padStart(8, '0')}`
      bare.push(await timeMs(() => engine.create(id, enginePort + round)))
      await engine.remove(id)
    },
  ])
  report.figure('create at the router until the tenant answers, ms', renderSpread(ours, 0))
  report.figure('create and start by the API over the local socket, ms', renderSpread(bare, 0))
  const ratios = divide(ours, bare)
  const ratio = median(ours) / median(bare)
  report.figure('ratio of each pair', renderRatios(ratios))
  report.goal(`ratio of the medians at most 1.25: ${ratio.toFixed(2)}`, ratio <= 1.25)
}

async function createAndDelete(
  panel: Panel,
  name: string,
  allow: { cidr: string; label: string }[],
): Promise<number> {
  const took = await timeMs(() => createTenant(panel, { name, memoryMb, allow }))
  await readWork(panel.client.tenant.delete({ name, confirmed: true }))
  return took
}

async function measureBulk(report: Report, panel: Panel, engine: Engine): Promise<void> {
  const [ours, bare]: [number[], number[]] = [[], []]
  const turns = pLimit(concurrency)
  const numbers = Array.from({ length: bulkSize }, (_, number) => number)
  await interleave(bulkPairs, [
    async (round) => {
      const names = numbers.map((number) => `bulk-${round}-${number}`)
      ours.push(await timeMs(() => Promise.all(names.map((name) => createTenant(panel, { name, memoryMb })))))
      const remove = (name: string) => readWork(panel.client.tenant.delete({ name, confirmed: true }))
      await Promise.all(names.map(remove))
    },
    async (round) => {
      const ids = numbers.map((number) => `bulk${round}${String(number).padStart(6, '0')}`)
      const create = (id: string, index: number) => turns(() => engine.create(id, enginePort + index))
      bare.push(await timeMs(() => Promise.all(ids.map(create))))
      await Promise.all(ids.map((id) => turns(() => engine.remove(id))))
    },
  ])
  const rate = (times: readonly number[]): string =>
    times.map((ms) => ((bulkSize * 1000) / ms).toFixed(2)).join(', ')
  report.figure(`${bulkSize} at the router side by side, tenants a second`, rate(ours))
  report.figure(`${bulkSize} by the API, ${concurrency} at once, containers a second`, rate(bare))
  const share = median(divide(bare, ours))
  report.goal(`at least 0.9 of what the engine does by itself: ${share.toFixed(2)}`, share >= 0.9)
}
