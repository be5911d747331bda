import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { DockerFacts, HelperFacts } from '../../domain/host-observation.ts'

/** Tenants that the line names; more are counted. */
const mostNamed = 50

/**
 * Containers that an earlier version of this program made: memcached starts with the size of then, and before schema 3 it may
 * keep the memory that it frees.
 */
export function describeEarlier(
  { earlier }: Pick<DockerFacts, 'earlier'>,
  places: HelperFacts['places'],
): CheckLine[] {
  if (earlier.length === 0) return []
  const names = new Map(places.map(({ id, name }) => [id, name]))
  const all = earlier.map((id) => names.get(id) ?? id).sort()
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ''
  const sentence = `Made by an earlier Memharbor, so they start with the size that they were made with until the host sets it right, and after a second resize may use more memory than their cache: ${all.slice(0, mostNamed).join(', ')}${more}.`
  const advice =
    'The next restart makes another container, with an empty cache; until then making one smaller may be refused.'
  return [line('Memory', 'note', sentence, advice)]
}
