import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HelperFacts } from '../../domain/host-observation.ts'

/** A disk that takes none of the helper's records, before somebody meets that by a change that fails. */
export function describeUnwritable(
  host: string,
  { unwritable }: Pick<HelperFacts, 'unwritable'>,
): CheckLine[] {
  if (unwritable === null) return []
  const sentence = `/var/lib/memharbor on ${host} cannot be written: ${unwritable}. Nobody can be let in; taking access away goes on.`
  const advice = `Make room on that disk, or mount it writable: \`df -h /var/lib/memharbor\` and \`findmnt -T /var/lib/memharbor\` on ${host} show it.`
  return [line('System', 'bad', sentence, advice)]
}
