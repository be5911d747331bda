import type { CheckLine } from '../contract/host.ts'
import { describeFilterOnly } from '../core/tenant/describe-filter-only.ts'
import { line } from './check-line.ts'
import { describeOpenState } from './describe-open-state.ts'
import type { HelperFacts } from './host-observation.ts'

/** What the helper keeps there until the next boot. */
const path = '/run/memharbor-unrecorded'

/** So many tenants have a line each; more are counted. */
const mostTenants = 10

/** Folders and files from which the helper lets nobody in, because others could have written what is in them. */
export function describeOpenFolders(
  host: string,
  { openFolders }: Pick<HelperFacts, 'openFolders'>,
): CheckLine[] {
  return openFolders.map((path) => {
    const [sentence, advice] = describeOpenState(host, path)
    return line('Filter', 'bad', sentence, advice)
  })
}

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

/** What is closed in the filter and not in the records of a host, which let in again from its next boot. */
export function describeUnrecorded(
  host: string,
  { unrecorded: { damaged, tenants } }: Pick<HelperFacts, 'unrecorded'>,
): CheckLine[] {
  const lines = tenants.slice(0, mostTenants).map(({ name, closed }) => {
    const { sentence, advice } = describeFilterOnly(name, closed)
    return line('Closings', 'bad', `${name}: ${sentence}`, advice)
  })
  const more = tenants.length - lines.length
  const rest = `${more} more tenants are closed in the filter only.`
  return [
    ...(damaged ? [describeDamaged(host)] : []),
    ...lines,
    ...(more > 0 ? [line('Closings', 'bad', rest, '`memharbor tenant list` marks them.')] : []),
  ]
}

function describeDamaged(host: string): CheckLine {
  const sentence = `${path} is damaged: who was shut out by the filter only is not known, so the helper lets nobody in who is not in already.`
  const advice = `Take away again on ${host} what has to be (revoke, suspend), then remove that file there: \`sudo rm ${path}\`.`
  return line('Filter', 'bad', sentence, advice)
}
