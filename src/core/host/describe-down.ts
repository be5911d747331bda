import type { CheckLine, Host } from '../../contract/host.ts'
import { line, prepare } from '../../domain/check-line.ts'
import type { DockerFacts, HostObservation } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderShellName } from '../tenant/shell-name.ts'

/** The subject of these lines: bad for the tenants there, and nothing that keeps others from being created. */
export const downSubject = 'Tenants'

/** In the command that starts them again, at most. */
const mostInCommand = 5

/** A tenant that a host has by the store or by its own records. */
interface NamedTenant {
  readonly id: string
  readonly name: string
  /** The store has it as one that shall run; false: nothing but the host has it, or it is being made or deleted. */
  readonly present: boolean
}

/**
 * The reason why a host refuses a restart for now: it is not ready, not known to be the server that it was, or has a tenant
 * otherwise than this panel.
 */
type StartsAfter = 'ready' | 'server' | 'history'

const after: Readonly<Record<StartsAfter, string>> = {
  ready: 'First put right what the lines above name: nothing is started there before.',
  server: 'First settle which server it is, as the line Server says: nothing is started there before.',
  history: 'First choose whose state counts, as the line History says: nothing is started there before.',
}

/**
 * The step that has to come before a restart there; null: none.
 * @param isPutBack whether one of those that do not run is asked about
 */
export function judgeStart(
  host: Pick<Host, 'mode' | 'server'>,
  helper: HostObservation['helper'],
  isPutBack: boolean,
): StartsAfter | null {
  if (host.server !== null) return 'server'
  const isReady = host.mode !== 'filtered' || (helper.kind === 'ok' && helper.value.configured)
  if (!isReady) return 'ready'
  return isPutBack ? 'history' : null
}

/**
 * Tenants that should run and do not, and those that would not run again after Docker itself was killed.
 * @param taken ids of those whose port another program has: nothing starts them before that is ended
 * @param judge the step that has to come before those tenants, by their names, can be started
 */
export function describeDown(
  { tenants, down, staysDown, paused }: Pick<DockerFacts, 'tenants' | 'down' | 'staysDown' | 'paused'>,
  named: readonly NamedTenant[],
  taken: ReadonlySet<string>,
  judge: (ended: readonly string[]) => StartsAfter | null = () => null,
): CheckLine[] {
  const names = new Map(named.map(({ id, name }) => [id, name]))
  const there = new Set(tenants)
  const gone = named.filter(({ id, present }) => present && !there.has(id)).map(({ id }) => id)
  const ended = [...down, ...gone].map((id) => ({ name: names.get(id) ?? id, isTaken: taken.has(id) }))
  const left = staysDown.map((id) => names.get(id) ?? id).sort()
  const all = tenants.length + gone.length
  return [
    ...(ended.length === 0 ? [] : [describeEnded(ended, all, judge(ended.map(({ name }) => name)))]),
    ...(paused.length === 0 ? [] : [describePaused(paused, names, all)]),
    ...(left.length === 0 ? [] : [describeLeft(left, all)]),
  ]
}

interface EndedTenant {
  readonly name: string
  readonly isTaken: boolean
}

function describeEnded(ended: readonly EndedTenant[], all: number, first: StartsAfter | null): CheckLine {
  const names = namesOf(ended)
  const sentence = `${countOf(ended.length, all)} ${ended.length === 1 ? 'does' : 'do'} not run: ${listNames(names)}.`
  return line(downSubject, 'bad', sentence, first === null ? describeStarts(ended) : after[first])
}

const namesOf = (ended: readonly EndedTenant[]): string[] => ended.map(({ name }) => name).sort()

const describeStarts = (ended: readonly EndedTenant[]): string =>
  [
    describeStart(namesOf(ended.filter(({ isTaken }) => !isTaken))),
    describeTaken(namesOf(ended.filter(({ isTaken }) => isTaken))),
  ]
    .filter((each) => each !== '')
    .join(' ')

function describeStart(names: readonly string[]): string {
  if (names.length === 0) return ''
  const which = names.slice(0, mostInCommand).map(renderShellName).join(' ')
  return `\`memharbor tenant restart ${which}\` starts ${names.length === 1 ? 'it' : 'them'}, with an empty cache.`
}

function describeTaken(names: readonly string[]): string {
  if (names.length === 0) return ''
  const [port, whom] = names.length === 1 ? ['The port', 'it'] : ['The ports', 'them']
  return `${port} of ${listNames(names)} ${names.length === 1 ? 'is' : 'are'} taken: end what Listeners names, then restart ${whom}.`
}

/** Docker keeps what is in the memory of a paused container. */
function describePaused(
  paused: DockerFacts['paused'],
  names: ReadonlyMap<string, string>,
  all: number,
): CheckLine {
  const tenants = paused.map(({ id }) => names.get(id) ?? id).sort()
  const containers = paused.slice(0, mostInCommand).map(({ name }) => renderShellName(name))
  return line(
    downSubject,
    'bad',
    `${countOf(paused.length, all)} ${paused.length === 1 ? 'is paused and answers' : 'are paused and answer'} nobody: ${listNames(tenants)}.`,
    `\`docker unpause ${containers.join(' ')}\` there lets ${paused.length === 1 ? 'it' : 'them'} go on, with ${paused.length === 1 ? 'its cache' : 'their caches'}.`,
  )
}

function describeLeft(left: readonly string[], all: number): CheckLine {
  const sentence = `${countOf(left.length, all)} would stay down when Docker itself is killed and starts again: ${listNames(left)}.`
  return line(downSubject, 'note', sentence, `${prepare} That changes it in place, and the caches are kept.`)
}

const countOf = (some: number, all: number): string =>
  `${some.toLocaleString('en')} of ${all.toLocaleString('en')} tenants`
