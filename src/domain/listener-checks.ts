import type { CheckLine } from '../contract/host.ts'
import { describeNftables } from '../core/host/describe-nftables.ts'
import { listNames } from '../core/sentence/list-names.ts'
import { renderShellName } from '../core/tenant/shell-name.ts'
import { line } from './check-line.ts'
import type { HostObservation } from './host-observation.ts'
import {
  describeUnheard,
  type ForeignListener,
  isHeard,
  type Listening,
  listMissing,
  renderProgram,
} from './tenant-listeners.ts'

/** More of a kind are counted. */
const mostNamed = 5

/** Whether the tenants' ports lead to the tenants, and nothing else does. */
export function describeListeners(seen: HostObservation): CheckLine[] {
  const { facts, helper, docker } = seen
  if (facts.kind === 'failed' || helper.kind === 'failed' || docker.kind === 'failed') return []
  const { doors, places } = helper.value
  if (doors === null) return [describeRange(listUnnamed(seen))]
  const ports = new Set(places.map(({ port }) => port))
  const others = doors.listening.programs.filter(({ port }) => !ports.has(port))
  return [
    ...(facts.value.userlandProxy ? describeTenantPorts(seen) : []),
    ...doors.translations.slice(0, mostNamed).map(describeTranslation),
    ...describeNftables(doors.nftables, mostNamed),
    describeRange(others),
  ]
}

/** Listeners in the range that no container of ours publishes, for a helper that does not name them. */
function listUnnamed({ facts, helper, docker }: HostObservation): ForeignListener[] {
  if (facts.kind === 'failed' || helper.kind === 'failed' || docker.kind === 'failed') return []
  const { range } = helper.value
  const ours = new Set(docker.value.publishedPorts)
  return facts.value.listeners
    .filter(({ port }) => port >= range.from && port <= range.to && !ours.has(port))
    .map((listener) => ({ ...listener, pid: null, program: null }))
}

/** Ids of tenants that do not run while another program listens on their port, which `describeListeners` names. */
export function listTaken({ facts, helper, docker }: HostObservation): ReadonlySet<string> {
  if (facts.kind === 'failed' || helper.kind === 'failed' || docker.kind === 'failed') return new Set()
  const { doors, places } = helper.value
  if (doors === null || !facts.value.userlandProxy) return new Set()
  const running = new Set(docker.value.running)
  const taken = places.filter(
    ({ id, port }) => !running.has(id) && findTaking(doors.listening, port).length > 0,
  )
  return new Set(taken.map(({ id }) => id))
}

const findTaking = (listening: Listening, port: number): ForeignListener[] =>
  isHeard(listening, port) ? listening.programs.filter((listener) => listener.port === port) : []

function describeTenantPorts({ helper, docker }: HostObservation): CheckLine[] {
  if (helper.kind === 'failed' || docker.kind === 'failed' || helper.value.doors === null) return []
  const { listening } = helper.value.doors
  const running = new Set(docker.value.running)
  const lines = helper.value.places.flatMap(({ id, name, port }) => {
    const restart = `\`memharbor tenant restart ${renderShellName(name)}\``
    if (running.has(id)) {
      const missing = listMissing(listening, port)
      if (missing.length === 0) return []
      const sentence = `${name} runs, but nothing listens on ${describeUnheard(missing, port)}.`
      return [line('Listeners', 'bad', sentence, `${restart} mends that, with an empty cache.`)]
    }
    const taking = findTaking(listening, port)
    if (taking.length === 0) return []
    const who = listNames([...new Set(taking.map(renderProgram))])
    const sentence = `${who} listens on port ${port}, which is that of ${name}.`
    return [line('Listeners', 'bad', sentence, `End it there, then ${restart}.`)]
  })
  const more = lines.length - mostNamed
  return more <= 0
    ? lines
    : [...lines.slice(0, mostNamed), line('Listeners', 'bad', `The same holds for ${more} more tenants.`)]
}

/** Sample: `iptables -t nat -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 20000` */
function describeTranslation(rule: string): CheckLine {
  const sentence = `A rule leads to tenants past the filter: ${rule}`
  return line('Redirects', 'bad', sentence, `Take it away as root there: ${rule.replace(' -A ', ' -D ')}`)
}

/** Anything else that listens in the range would be cut off by the filter, and takes ports away. */
function describeRange(foreign: readonly ForeignListener[]): CheckLine {
  if (foreign.length === 0) return line('Port range', 'good', 'Nothing else listens in the port range.')
  const named = foreign.slice(0, mostNamed).map((listener) => {
    const where = `${listener.address} port ${listener.port}`
    return listener.program === null ? where : `${where} by ${renderProgram(listener)}`
  })
  const programs =
    foreign.length === 1 ? 'program that is no tenant listens' : 'programs that are no tenants listen'
  return line(
    'Port range',
    'note',
    `${foreign.length} ${programs} in the port range: ${named.join(', ')}. The filter closes them to the outside.`,
    'Move them to other ports if they should be reachable.',
  )
}
