import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import Docker from 'dockerode'
import { renderContainerOptions } from '../src/domain/container-options.ts'
import { containerName, imageTag } from '../src/domain/host-names.ts'
import { until } from '../test/hosts/condition.ts'
import type { HostNamespace } from '../test/hosts/host.ts'
import type { Running } from '../test/hosts/running.ts'
import { createTenant } from '../test/main/panel.ts'
import { ask } from './ask.ts'
import { divide, interleave, median, quantile, renderRatios, renderSpread } from './figures.ts'
import neighbourLoad from './neighbour-load.py?raw'
import neighbourProbe from './neighbour-probe.py?raw'
import { listWays, type Way } from './neighbour-ways.ts'
import { type PanelHost, startPanelHost } from './panel-host.ts'
import type { Report } from './report.ts'
import schedule from './schedule.py?raw'

const rounds = 6
const seconds = 0.8
/** That ask one get at a time on each of 16 connections. */
const programs = 4
/**
 * The neighbour's gets: while the other tenant is idle and while it is hammered, by a client that never waits for a
 * processor, while the hammering takes only what nobody wants; and the same with clients of the usual priority that share
 * the server's processors.
 */
const loads = {
  idle: { priority: 'first', hammer: null },
  hammered: { priority: 'first', hammer: 'piped' },
  'idle, clients of the usual priority': { priority: 'usual', hammer: null },
  'hammered, clients of the usual priority': { priority: 'usual', hammer: 'single' },
} as const
type Load = keyof typeof loads
/** At most so many times of idle, while a lone tenant keeps this share of its gets. */
const [mostTimes, leastGets] = [3, 0.95]

/** Of one way, a value for each round. */
interface Figures {
  /** Milliseconds of the neighbour's gets. */
  readonly p50: Readonly<Record<Load, number[]>>
  readonly p99: Readonly<Record<Load, number[]>>
  /** Milliseconds that the neighbour's memcached and its client waited for a processor, for each get. */
  readonly waits: Readonly<Record<Load, number[]>>
  readonly clientWaits: Readonly<Record<Load, number[]>>
  /** Gets a second of the hammered tenant while the neighbour does nothing. */
  readonly alone: number[]
}

interface Tenant {
  readonly id: string
  readonly port: number
}

/** How long a tenant's gets take while another one is hammered, for each way to run their containers. */
export async function measureNeighbour(report: Report): Promise<void> {
  const world = await startPanelHost('bench')
  try {
    const allow = [{ cidr: world.client.address4 }]
    const loud = await createTenant(world.panel, { name: 'loud', allow })
    const quiet = await createTenant(world.panel, { name: 'quiet', allow })
    await world.panel.close()
    const scheduler = await world.host.spawn(['/usr/bin/python3', '-IS', '-uc', schedule])
    const ways = listWays(cpus().length)
    const table = ways.map(emptyFigures)
    await interleave(
      rounds,
      ways.map((way, at) => async () => {
        await measureWay(world, scheduler, { way, loud, quiet, into: table[at] ?? emptyFigures() })
      }),
    )
    for (const [at, way] of ways.entries()) tell(report, way, table[at], table[0])
    await scheduler.kill()
  } finally {
    await world.stop()
  }
}

interface Wanted {
  readonly way: Way
  readonly loud: Tenant
  readonly quiet: Tenant
  readonly into: Figures
}

async function measureWay(world: PanelHost, scheduler: Running, wanted: Wanted): Promise<void> {
  const { way, loud, quiet, into } = wanted
  const pids: number[] = []
  for (const tenant of [loud, quiet]) pids.push(await remake(world.host, tenant, way))
  const python = ['/usr/bin/python3', '-IS', '-uc']
  const at = (port: number): string[] => [world.host.address4, String(port)]
  const hammers: Running[] = []
  for (let index = 0; index < programs; index += 1)
    hammers.push(await world.client.spawn([...python, neighbourLoad, ...at(loud.port), '16']))
  const probe = await world.client.spawn([...python, neighbourProbe, ...at(quiet.port)])
  try {
    for (const program of [...hammers, probe]) await program.waitFor('ready\n')
    for (const pid of way.turn === null ? [] : pids) await ask(scheduler, `slice ${pid} ${way.turn}`)
    await awaitCalm()
    const [first] = hammers
    if (first !== undefined) into.alone.push(Number(await ask(first, `piped ${seconds}`)))
    for (const [name, { priority, hammer }] of Object.entries(loads)) {
      // One program is enough to keep memcached busy without a pause.
      const chosen = hammer === null ? [] : hammers.slice(0, hammer === 'piped' ? 1 : programs)
      const hammering = Promise.all(chosen.map((each) => ask(each, `${hammer} ${seconds + 0.2}`)))
      await probeNeighbour({ probe, scheduler, pid: pids[1] ?? 0, priority }, into, name as Load)
      await hammering
    }
  } finally {
    for (const program of [...hammers, probe]) await program.kill()
  }
}

interface Probed {
  readonly probe: Running
  readonly scheduler: Running
  readonly pid: number
  readonly priority: string
}

async function probeNeighbour(
  { probe, scheduler, pid, priority }: Probed,
  into: Figures,
  load: Load,
): Promise<void> {
  const readWait = async (): Promise<number> => Number((await ask(scheduler, `waits ${pid}`)).split(' ')[1])
  const before = await readWait()
  const { times, waited } = JSON.parse(await ask(probe, `${priority} ${seconds}`)) as {
    times: number[]
    waited: number
  }
  into.clientWaits[load].push(waited / times.length)
  into.waits[load].push(((await readWait()) - before) / 1e6 / times.length)
  into.p50[load].push(quantile(times, 0.5))
  into.p99[load].push(quantile(times, 0.99))
}

/** Other programs of the machine would be what is measured: waits, for a minute at most, until there are none. */
async function awaitCalm(): Promise<void> {
  const readBusy = (): number =>
    cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  for (let tries = 0; tries < 120; tries += 1) {
    const before = readBusy()
    await setTimeout(500)
    if (readBusy() - before < 0.1 * 500 * cpus().length) return
  }
}

/** Makes a tenant's container as the program does, but for what the way changes; returns its process. */
async function remake(host: HostNamespace, { id, port }: Tenant, way: Way): Promise<number> {
  const docker = new Docker({ socketPath: host.dockerSocket })
  await docker.getContainer(containerName(id)).remove({ force: true, v: true })
  const image = (await docker.getImage(imageTag).inspect()).Id
  const wish = { tenantId: id, port, network: 1, memoryMb: 64, maxConnections: 1024, image }
  const { Cmd, HostConfig, ...options } = renderContainerOptions({
    ...wish,
    publish: 'public',
    programFolder: null,
  })
  const container = await docker.createContainer({
    ...options,
    Cmd: [...Cmd, ...way.words],
    HostConfig: { ...HostConfig, ...way.options },
  })
  await container.start()
  const answers = ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && echo version >&3 && read -t 1 <&3`]
  await until('memcached answers', async () => (await host.exec(answers)).status === 0)
  return (await container.inspect()).State.Pid
}

function tell(report: Report, way: Way, figures: Figures | undefined, now: Figures | undefined): void {
  if (figures === undefined || now === undefined) return
  for (const load of loadNames) {
    const [p50, p99] = [renderSpread(figures.p50[load], 2), renderSpread(figures.p99[load], 2)]
    report.figure(`${way.name}, ${load}, ms of a get`, `half within ${p50}, 99 % within ${p99}`)
    const [server, client] = [
      renderSpread(figures.waits[load], 3),
      renderSpread(figures.clientWaits[load], 3),
    ]
    report.figure(
      `${way.name}, ${load}, ms of it waiting for a processor, on average`,
      `memcached ${server}, its client ${client}`,
    )
  }
  report.figure(`${way.name}, gets a second alone`, renderSpread(figures.alone, 0))
  const times = divide(figures.p99.hammered, figures.p99.idle)
  const kept = divide(figures.alone, now.alone)
  report.goal(
    `${way.name}: 99 % at most ${mostTimes} times of idle: ${renderRatios(times)}; ` +
      `at least ${leastGets} of the gets of now: ${renderRatios(kept)}`,
    median(times) <= mostTimes && median(kept) >= leastGets,
  )
  const usual = divide(
    figures.p99['hammered, clients of the usual priority'],
    figures.p99['idle, clients of the usual priority'],
  )
  report.figure(`${way.name}, 99 % over idle, clients of the usual priority`, renderRatios(usual))
}

const loadNames = Object.keys(loads) as readonly Load[]

const emptyFigures = (): Figures => ({
  p50: emptyLoads(),
  p99: emptyLoads(),
  waits: emptyLoads(),
  clientWaits: emptyLoads(),
  alone: [],
})

const emptyLoads = (): Record<Load, number[]> =>
  Object.fromEntries(loadNames.map((load) => [load, []])) as unknown as Record<Load, number[]>
