import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderShellName } from '../tenant/shell-name.ts'
import { restartDocker } from './describe-docker-rules.ts'
import { findDoors } from './find-doors.ts'

export const astraySubject = 'Published ports'

/** More are counted. */
const mostNamed = 5

const after = 'as after another program loaded or flushed rules'

/** Lines for tenants that Docker's own rules lead nobody to, or whose clients they lead to another address. */
export function describeAstray(seen: Pick<HostObservation, 'facts' | 'docker' | 'helper'>): CheckLine[] {
  const found = findDoors(seen)
  // Where the rules are gone altogether, that is said.
  if (found === null || (found.doors.goneOfDocker ?? []).length > 0) return []
  const { doors, places } = found
  const ports = new Map((doors.astray ?? []).map(({ port, to }) => [port, to]))
  // Docker leads to the address on another network that a container was joined to; that is told by itself.
  const elsewhere = new Set(found.elsewhere.map(({ id }) => id))
  const astray = places.filter(({ id, port }) => ports.has(port) && !elsewhere.has(id))
  const misled = astray.filter(({ port }) => ports.get(port) !== null)
  const lost = astray.filter(({ port }) => ports.get(port) === null)
  return [...describeMisled(misled), ...describeLost(lost, found.userlandProxy)]
}

type Places = readonly { readonly name: string }[]

function describeMisled(misled: Places): CheckLine[] {
  if (misled.length === 0) return []
  const sentence = `Docker's own rules lead the clients of ${listSome(misled)} to another address, ${after}: where that is another tenant's, they read and write what is there.`
  return [line(astraySubject, 'bad', sentence, restartDocker)]
}

function describeLost(lost: Places, hasProxy: boolean): CheckLine[] {
  if (lost.length === 0) return []
  const [verdict, effect] = hasProxy
    ? (['note', 'clients go through docker-proxy, which takes more of a processor'] as const)
    : (['bad', 'clients get no answer'] as const)
  const names = lost.slice(0, mostNamed).map(({ name }) => renderShellName(name))
  const advice = `\`memharbor tenant restart ${names.join(' ')}\` makes them again; everything in these caches is lost.`
  const sentence = `Docker's own rules lead nobody to ${listSome(lost)}, ${after}: ${effect}.`
  return [line(astraySubject, verdict, sentence, advice)]
}

function listSome(found: Places): string {
  const named = listNames(found.slice(0, mostNamed).map(({ name }) => name))
  return found.length > mostNamed ? `${named} and ${found.length - mostNamed} more` : named
}
