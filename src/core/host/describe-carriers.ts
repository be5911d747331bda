import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import { containerName } from '../../domain/host-names.ts'
import type { DockerFacts, HelperFacts } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'
import { describeRenamed, renderPart } from '../tenant/carrier.ts'
import { describeChanged } from '../tenant/describe-changed.ts'

/** Containers that have a line each, at most; more are counted. */
const mostNamed = 10

/** The subject of these lines: bad for the tenants there, and nothing that keeps others from being created. */
export const carriersSubject = 'Containers'

/** Containers of tenants that somebody renamed or made otherwise, and others that carry the label of a tenant. */
export function describeCarriers(
  { renamed, changed, copies }: Pick<DockerFacts, 'renamed' | 'changed' | 'copies'>,
  places: HelperFacts['places'],
): CheckLine[] {
  const names = new Map(places.map(({ id, name }) => [id, name]))
  const more = renamed.length - mostNamed
  const rest = `Containers of ${more} more tenants were renamed.`
  return [
    ...renamed.slice(0, mostNamed).map(({ id, name }) => {
      const { sentence, advice } = describeRenamed(containerName(id), name)
      return line(carriersSubject, 'bad', `${names.get(id) ?? id}: ${sentence}`, advice)
    }),
    ...(more > 0 ? [line(carriersSubject, 'bad', rest, '`memharbor tenant list` marks them.')] : []),
    ...changed.slice(0, mostNamed).map(({ id, parts }) => {
      const name = names.get(id) ?? id
      const { sentence, advice } = describeChanged(name, parts)
      return line(carriersSubject, 'bad', `${name}: ${sentence}`, advice)
    }),
    ...(changed.length > mostNamed ? [describeMoreChanged(changed.length - mostNamed)] : []),
    ...(copies.length === 0 ? [] : [describeCopiesOf(copies, names)]),
  ]
}

function describeMoreChanged(more: number): CheckLine {
  const sentence = `Containers of ${more} more tenants are not as Memharbor makes them.`
  return line(carriersSubject, 'bad', sentence, '`memharbor tenant list` marks them.')
}

function describeCopiesOf(copies: DockerFacts['copies'], names: ReadonlyMap<string, string>): CheckLine {
  const which = copies.map(({ id, name }) => `${name} (${names.get(id) ?? id})`)
  const some = copies.slice(0, mostNamed).map(({ name }) => renderPart(name, 'CONTAINER'))
  const is =
    copies.length === 1
      ? 'carries the label of a tenant and is not its own'
      : 'carry labels of tenants and are not theirs'
  return line(
    carriersSubject,
    'note',
    `${copies.length === 1 ? 'Container' : 'Containers'} ${listNames(which)} ${is}, as \`docker commit\` copies labels: nothing is done with it from here.`,
    `Remove it there where nobody needs it: \`docker rm -f ${some.join(' ')}\`.`,
  )
}
