import { until } from '../test/hosts/condition.ts'
import type { Running } from '../test/hosts/running.ts'
import { createTenant } from '../test/main/panel.ts'
import { divide, interleave, median, medianInterval, renderRatios, renderSpread } from './figures.ts'
import { chooseFilter, chooseRules, type Filter, loadLinearRules } from './filter-choices.ts'
import { awaitNoHelper, loadManyTenants } from './many-tenants.ts'
import memcachedLoad from './memcached-load.py?raw'
import { type PanelHost, startPanelHost } from './panel-host.ts'
import type { Report } from './report.ts'

const pairs = 151
const linearPairs = 5
const many = 10_000
/** Few at a time and in many pairs, so that other work on the machine meets both alike. */
const [connections, gets] = [200, 4_000]
/** Client and cache share one: on two, a get takes half as long again whenever they meet on one by chance. */
const processor = '0'

interface Rates {
  readonly connections: number[]
  readonly gets: number[]
}

/**
 * From a client on its own subnet to a tenant's container: new connections and gets a second, without a filter, with the
 * sets of 10,000 tenants and 40,000 entries in three prefix lengths, and with two linear rules a tenant.
 */
export async function measureFilter(report: Report): Promise<void> {
  const world = await startPanelHost('bench')
  try {
    const allow = [{ cidr: world.client.address4 }]
    const { id, port } = await createTenant(world.panel, { name: 'acme', allow })
    await world.panel.close()
    await awaitNoHelper(world.host)
    await loadManyTenants(world.host, many)
    const container = await readContainerAddress(world, id)
    await world.host.exec(['taskset', '-acp', processor, await inspect(world, id, '{{.State.Pid}}')])
    const program = ['/usr/bin/python3', '-IS', '-uc', memcachedLoad, world.host.address4, String(port)]
    const argv = ['taskset', '-c', processor, ...program]
    const load = await world.client.spawn(argv)
    await measureOnce(load)
    await measurePair(report, world, load, { without: 'none', least: 0.97, noun: 'without a filter' })
    const inward = {
      without: 'inward',
      least: 0.99,
      noun: 'without the rules for what containers send',
    } as const
    await measurePair(report, world, load, inward)
    await loadLinearRules(world.host, many, { container, client: world.client.address4 })
    await measureLinear(report, world, load)
    await load.kill()
  } finally {
    await world.stop()
  }
}

const emptyRates = (): Rates => ({ connections: [], gets: [] })

interface Pair {
  readonly without: Filter
  readonly least: number
  readonly noun: string
}

/** Rates with all of the filter over those with less of it. */
async function measurePair(
  report: Report,
  { host }: PanelHost,
  load: Running,
  { without, least, noun }: Pair,
): Promise<void> {
  const [less, whole] = [emptyRates(), emptyRates()]
  await interleave(pairs, [
    async () => {
      await chooseFilter(host, without)
      await measureInto(load, less)
    },
    async () => {
      await chooseFilter(host, 'whole')
      await measureInto(load, whole)
    },
  ])
  for (const [what, key] of [
    ['new connections', 'connections'],
    ['gets', 'gets'],
  ] as const) {
    report.figure(`${what} a second, ${noun}`, renderSpread(less[key], 0))
    report.figure(`${what} a second, ${many} tenants in sets`, renderSpread(whole[key], 0))
    const ratios = divide(whole[key], less[key])
    const [low] = medianInterval(ratios)
    const note = low >= least ? '' : '; the lower end of the interval is below it'
    report.goal(
      `${what}: at least ${least} of those ${noun}: ${renderRatios(ratios)}${note}`,
      median(ratios) >= least,
    )
  }
}

async function measureLinear(report: Report, { host }: PanelHost, load: Running): Promise<void> {
  const [sets, rules] = [emptyRates(), emptyRates()]
  await interleave(linearPairs, [
    async () => {
      await chooseFilter(host, 'whole')
      await measureInto(load, sets)
    },
    async () => {
      await chooseFilter(host, 'none')
      await chooseRules(host, true)
      await measureInto(load, rules)
      await chooseRules(host, false)
    },
  ])
  report.figure(`new connections a second, ${2 * many} linear rules`, renderSpread(rules.connections, 0))
  report.figure(`gets a second, ${2 * many} linear rules`, renderSpread(rules.gets, 0))
  const [fresh, got] = [divide(sets.connections, rules.connections), divide(sets.gets, rules.gets)]
  report.figure(
    'sets to linear rules, new connections and gets',
    `${median(fresh).toFixed(1)} and ${median(got).toFixed(1)}`,
  )
}

async function measureInto(load: Running, rates: Rates): Promise<void> {
  const [fresh, got] = await measureOnce(load)
  rates.connections.push(fresh)
  rates.gets.push(got)
}

async function measureOnce(load: Running): Promise<readonly [connections: number, gets: number]> {
  const seen = (await load.output()).length
  await load.write(`${connections} ${gets}\n`)
  const rest = async (): Promise<string> => (await load.output()).slice(seen)
  await until('the load has been measured', async () => (await rest()).endsWith('\n'), 60_000)
  const [fresh = Number.NaN, , got = Number.NaN] = (await rest()).trim().split(' ').map(Number)
  return [fresh, got]
}

const readContainerAddress = (world: PanelHost, id: string): Promise<string> =>
  inspect(world, id, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')

async function inspect({ host }: PanelHost, id: string, format: string): Promise<string> {
  const { stdout } = await host.exec(['docker', 'inspect', '-f', format, `memharbor-${id}`])
  return stdout.trim()
}
