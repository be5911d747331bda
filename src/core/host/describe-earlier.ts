import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { DockerFacts, HelperFacts } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'

/** Containers that an earlier version of this program made, in which memcached may keep the memory that it frees. */
export function describeEarlier(
  { earlier }: Pick<DockerFacts, 'earlier'>,
  places: HelperFacts['places'],
): CheckLine[] {
  if (earlier.length === 0) return []
  const names = new Map(places.map(({ id, name }) => [id, name]))
  const which = listNames(earlier.map((id) => names.get(id) ?? id))
  const sentence = `Made by an earlier Memharbor, so after a second resize it may use more memory than its cache: ${which}.`
  const advice =
    'The next restart makes another container, with an empty cache; until then making it smaller may be refused.'
  return [line('Memory', 'note', sentence, advice)]
}
