import { expect } from 'vitest'
import type { Tenant } from '../../../../src/contract/tenant.ts'
import { type Client, startClient } from '../../../hosts/client.ts'
import type { HostNamespace } from '../../../hosts/host.ts'
import { memcacheTalk } from '../../../hosts/memcache-talk.ts'
import { addSandbox, createTenant, openPanel, type Panel } from '../../panel.ts'
import { startPreparedHost } from '../../prepared-host.ts'
import { buildSharedProgram } from '../../program.ts'
import { withoutMetrics } from '../../without-metrics.ts'
import { talkInside } from './host-look.ts'
import { type Scene, setScene, type Verb } from './operations.ts'
import { openVictims, type Victims } from './victim.ts'
import { awaitSettled, expectStartsFit, expectWhole } from './whole.ts'

/** A host, somebody who may be allowed, and programs that kill themselves. */
export interface CrashWorld {
  readonly host: HostNamespace
  readonly friend: Client
  readonly victims: Victims
  readonly dataDir: string
  /** The panel that is open between the rounds. */
  panel: Panel
  round: number
  /** Ports that were told to somebody, and to whom: nobody else gets them for 30 days. */
  readonly toldPorts: Map<number, string>
  stop(): Promise<void>
}

export const bystander = 'bystander'
/** The scenes move tenants to ports from here on. */
const firstMovedPort = 21_000
/** Nobody was told of it, or what is asked for stays the same; everything else is finished. */
const mayBeUndone: ReadonlySet<string> = new Set(['create', 'restore', 'restart', 'flush', 'upgrade'])
/** Their records stay as they are. */
const withoutHistory: ReadonlySet<string> = new Set(['restart', 'flush', 'upgrade'])
const item = { set: 'set kept 0 0 3\r\nyes', get: 'get kept' }

export const startWorld = async (): Promise<CrashWorld> => {
  const program = await buildSharedProgram(new URL('program.ts', import.meta.url).pathname)
  const host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
  const friend = await startClient(host, { index: 0 })
  const panel = await openPanel()
  await addSandbox(panel, host)
  const { id, port } = await createTenant(panel, { name: bystander, memoryMb: 16 })
  const victims = openVictims(program)
  const world: CrashWorld = {
    ...{ host, friend, victims, panel, dataDir: panel.dataDir, round: 0, toldPorts: new Map([[port, id]]) },
    async stop() {
      await victims.close()
      await world.panel.stop()
      await friend.stop()
      await host.stop()
    },
  }
  return world
}

/** The points of an operation, learned by doing it once. */
export const learnPoints = async (world: CrashWorld, verb: Verb): Promise<readonly string[]> => {
  const { points, acknowledged } = await playRound(world, verb, null)
  expect({ verb, acknowledged, first: points[0] }).toEqual({
    verb,
    acknowledged: true,
    first: 'before save 1',
  })
  expect(points.at(-1)).toMatch(/^after save [2-9]$/)
  return points
}

/** Where a program shall end: one of the points that its operation was learned to have. */
interface Ending {
  readonly at: string
  readonly points: readonly string[]
}

/** Ends a program at every point of an operation, one after the other. */
export const playAllPoints = async (world: CrashWorld, verb: Verb): Promise<number> => {
  const points = await learnPoints(world, verb)
  for (const at of points) await playRound(world, verb, { at, points })
  return points.length
}

/**
 * One round: a program does it and ends at the point, a fresh panel changes something else on that host, and then
 * everything is held against everything.
 */
const playRound = async (world: CrashWorld, verb: Verb, ending: Ending | null) => {
  const { host, friend, victims, dataDir } = world
  world.round += 1
  const { round } = world
  const scene = await setScene(verb, { panel: world.panel, host, friend, round })
  const before = await findTenant(world.panel, scene.name)
  if (before?.port != null) {
    expectPort(world, before)
    expect(await talkInside(host, before.port, item.set)).toContain('STORED')
  }
  await world.panel.close()

  const outcome = await victims.run({ dataDir, call: scene.call, stopAt: ending?.at ?? null })
  await expectStartsFit(host)
  world.panel = await openPanel(dataDir)
  await world.panel.client.tenant.annotate({ name: bystander, notes: `round ${round}` })
  await awaitSettled(world.panel)
  const tenants = await expectWhole(world.panel, host)
  for (const tenant of tenants) expectPort(world, tenant)
  expect(tenants.find(({ name }) => name === bystander)).toMatchObject({ notes: `round ${round}` })
  await expectOneOfBoth(world, scene, before, tenants, ending)
  if (ending === null || ending.at.endsWith('write-record')) await expectPackets(world, tenants)
  return outcome
}

const findTenant = async (panel: Panel, name: string): Promise<Tenant | undefined> =>
  (await panel.client.tenant.list({})).map(withoutMetrics).find((tenant) => tenant.name === name)

/** A new tenant has the lowest port that nobody was told of: none is lost, and none is given out twice. */
const expectPort = ({ toldPorts }: CrashWorld, { id, port }: Tenant): void => {
  if (port === null) throw new Error('the tenant has no port')
  const holder = toldPorts.get(port)
  if (holder === undefined && port < firstMovedPort) {
    let lowest = 20_000
    while (toldPorts.has(lowest)) lowest += 1
    expect(port).toBe(lowest)
  }
  expect({ port, id: holder ?? id }).toEqual({ port, id })
  toldPorts.set(port, id)
}

/** Either nothing has happened or all of it; the log says which, and so does a word to the operator. */
const expectOneOfBoth = async (
  world: CrashWorld,
  { name, call, change, lossy }: Scene,
  before: Tenant | undefined,
  tenants: readonly Tenant[],
  ending: Ending | null,
): Promise<void> => {
  const { panel, host } = world
  const names = call.verb === 'rename' ? [name, call.input.newName] : [name]
  const now = tenants.map(withoutMetrics).find((tenant) => names.includes(tenant.name))
  const kind = `tenant ${call.verb}`
  const [newest] = (await panel.client.activity.list({ limit: 20 })).filter(
    (operation) => operation.kind === kind && names.includes(operation.tenant ?? ''),
  )
  const told = await panel.client.program.takeNotices()
  const reached = ending === null ? null : ending.points.slice(0, ending.points.indexOf(ending.at) + 1)
  const begun = reached === null || reached.includes('after save 1')
  // After a change of the record is confirmed, the program asks where the host's history is, and saves that last.
  const lastSave = Number(ending?.points.at(-1)?.replace('after save ', ''))
  const isConfirmed =
    !withoutHistory.has(call.verb) && reached?.includes(`after save ${lastSave - 1}`) === true
  const confirmed = reached === null || isConfirmed || reached.length === ending?.points.length
  const at = ending?.at ?? 'its end'
  if (!begun) {
    expect({ at, now, told }).toEqual({ at, now: before, told: [] })
    return
  }
  const done = newest?.outcome === 'done'
  if (!mayBeUndone.has(call.verb)) expect({ at, done }).toEqual({ at, done: true })
  expect({ at, outcome: newest?.outcome }).toEqual({ at, outcome: confirmed || done ? 'done' : 'undone' })
  const word = done ? 'Finished' : 'Undone'
  const sentence = `${word}: ${describeCall(call, now?.name ?? name)}, which was cut off.`
  expect({ at, told }).toEqual({ at, told: confirmed ? [] : [sentence] })
  const wanted =
    change === null ? undefined : before === undefined ? change : { ...before, ...change, why: now?.why }
  if (!done) expect({ at, now }).toEqual({ at, now: before })
  else if (wanted === undefined) expect({ at, now }).toEqual({ at, now: undefined })
  else expect({ at, now }).toMatchObject({ at, now: wanted })
  if (before === undefined || now?.port == null) return
  const kept = (await talkInside(host, now.port, item.get)).includes('yes')
  expect({ at, done, kept }).toEqual({ at, done, kept: !(done && lossy) })
}

/** A closing is told with what it took away, every other change with its kind. */
const describeCall = (call: Scene['call'], name: string): string => {
  switch (call.verb) {
    case 'revoke':
      return `revoke ${call.input.cidrs.join(', ')} of ${name}`
    case 'suspend':
      return `suspend ${name}`
    default:
      return `tenant ${call.verb} of ${name}`
  }
}

/** The friend gets in where the store says so, and nowhere else. */
const expectPackets = async ({ friend, host }: CrashWorld, tenants: readonly Tenant[]): Promise<void> => {
  await Promise.all(
    tenants.map(async ({ name, port, state, allow }) => {
      const isIn = state === 'running' && allow.some(({ cidr }) => cidr === `${friend.address4}/32`)
      const { kind } = await memcacheTalk(friend, host.address4, port ?? 0)
      expect({ name, kind }).toEqual({ name, kind: isIn ? 'answer' : 'timeout' })
    }),
  )
}
