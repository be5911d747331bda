import type { Running } from '../test/hosts/running.ts'
import { createTenant } from '../test/main/panel.ts'
import { ask } from './ask.ts'
import { divide, interleave, median, medianInterval, renderRatios, renderSpread } from './figures.ts'
import holdConnections from './hold-connections.py?raw'
import { type Command, clearLimits, type Limit, loadLimit, renderChange } from './limit-choices.ts'
import memcachedLoad from './memcached-load.py?raw'
import { type PanelHost, startPanelHost } from './panel-host.ts'
import type { Report } from './report.ts'
import timedRun from './timed-run.py?raw'

const counts = [10, 10_000] as const
/** Ways that might do, in many rounds, and those that are beside the point, in few. */
const passes = [
  { rounds: 11, chosen: ['none', 'tracked', 'map', 'tree'] },
  { rounds: 2, chosen: ['none', 'meter', 'flat'] },
] as const
const heldRounds = 3
const most = 5_000
/** Few at a time, so that other work on the machine meets all alike. */
const [connections, gets] = [300, 1_500]
/** Of one tenant, held open meanwhile; docker-proxy has 6 descriptors for each. */
const held = [1_000, 2_000] as const
const least = 0.97

interface Figures {
  readonly connections: number[]
  /** Microseconds of processor time, of the kernel's on both sides and of the client. */
  readonly cost: number[]
  readonly gets: number[]
  readonly change: number[]
}

type Table = Readonly<Record<Limit, Figures>>

/**
 * The cost of holding a tenant's IPv6 connections, which docker-proxy takes, at the limit that was sold: gets and new
 * connections a second over IPv6, and the change of one tenant's limit, for each way of holding them.
 */
export async function measureLimit(report: Report): Promise<void> {
  const world = await startPanelHost('bench')
  try {
    const allow = [{ cidr: world.client.address6 }]
    const { port } = await createTenant(world.panel, { name: 'acme', allow, maxConnections: most + 100 })
    const argv = (program: string) => ['/usr/bin/python3', '-IS', '-uc', program]
    const at = [world.host.address6, String(port)]
    const load = await world.client.spawn([...argv(memcachedLoad), ...at])
    const hold = await world.client.spawn([...argv(holdConnections), ...at])
    const timed = await world.host.spawn(argv(timedRun))
    await ask(load, `${connections} ${gets}`)
    for (const count of counts) {
      for (const { rounds, chosen } of passes) {
        const table = emptyTable()
        const works = chosen.map((limit) => async () => {
          await measureOne(world, { load, timed }, { limit, count, into: table[limit] })
        })
        await interleave(rounds, works)
        tell(report, `${count} tenants`, table, chosen)
      }
    }
    for (const open of held) {
      await clearLimits(world.host)
      await measureHeld(report, world, { load, hold, timed }, open)
    }
    await clearLimits(world.host)
    for (const program of [load, hold, timed]) await program.kill()
  } finally {
    await world.stop()
  }
}

interface Programs {
  readonly load: Running
  readonly timed: Running
}

interface Wanted {
  readonly limit: Limit
  readonly count: number
  readonly into: Figures
}

async function measureOne(
  { host }: PanelHost,
  { load, timed }: Programs,
  { limit, count, into }: Wanted,
): Promise<void> {
  await clearLimits(host)
  await loadLimit(host, limit, count, most)
  // Flows of one measurement must not meet those of the next.
  await host.exec(['conntrack', '-F'])
  await measureInto(load, into)
  const change = renderChange(limit, count, most)
  if (change !== null) into.change.push(await time(timed, change))
}

async function measureInto(load: Running, into: Figures): Promise<void> {
  const answer = await ask(load, `${connections} ${gets}`)
  const [fresh = Number.NaN, cost = Number.NaN, got = Number.NaN] = answer.split(' ').map(Number)
  into.connections.push(fresh)
  into.cost.push(cost)
  into.gets.push(got)
}

/** With so many connections of the tenant open, all of which the kernel looks at for a new one. */
async function measureHeld(
  report: Report,
  { host }: PanelHost,
  { load, hold }: Programs & { hold: Running },
  open: number,
): Promise<void> {
  const chosen = ['none', 'map', 'tree'] as const
  const table = emptyTable()
  const works = chosen.map((limit) => async () => {
    await clearLimits(host)
    await loadLimit(host, limit, 10, most)
    const reached = Number(await ask(hold, String(open)))
    if (reached !== open) throw new Error(`only ${reached} connections of ${open} are open`)
    await measureInto(load, table[limit])
    await ask(hold, '0')
  })
  await interleave(heldRounds, works)
  tell(report, `${open} connections of the tenant open`, table, chosen)
}

function tell(report: Report, what: string, table: Table, chosen: readonly Limit[]): void {
  for (const limit of chosen) {
    const { connections: fresh, cost, gets: got, change } = table[limit]
    report.figure(`${what}, ${limit}, new connections a second`, renderSpread(fresh, 0))
    report.figure(`${what}, ${limit}, µs of processor time for a new connection`, renderSpread(cost, 0))
    report.figure(`${what}, ${limit}, gets a second`, renderSpread(got, 0))
    if (change.length > 0) report.figure(`${what}, ${limit}, a change of one limit, ms`, renderSpread(change))
    if (limit === 'none') continue
    const ratios = divide(fresh, table.none.connections)
    const [low] = medianInterval(ratios)
    const note = low >= least ? '' : '; the lower end of the interval is below it'
    report.goal(
      `new connections: at least ${least} of none: ${renderRatios(ratios)}${note}`,
      median(ratios) >= least,
    )
    report.figure('processor time for a new connection, to none', renderRatios(divide(cost, table.none.cost)))
    report.figure('gets, to none', renderRatios(divide(got, table.none.gets)))
  }
}

const emptyTable = (): Table => ({
  none: emptyFigures(),
  tracked: emptyFigures(),
  map: emptyFigures(),
  meter: emptyFigures(),
  tree: emptyFigures(),
  flat: emptyFigures(),
})

const emptyFigures = (): Figures => ({ connections: [], cost: [], gets: [], change: [] })

async function time(timed: Running, command: Command): Promise<number> {
  const took = await ask(timed, JSON.stringify(command))
  if (Number.isNaN(Number(took))) throw new Error(`${command.argv.join(' ')} ${took}`)
  return Number(took)
}
