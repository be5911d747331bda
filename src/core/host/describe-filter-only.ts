import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HelperFacts } from '../../domain/host-observation.ts'
import { describeFilterOnly } from '../tenant/describe-filter-only.ts'

/** The helper's note of such closings, kept until the next boot. */
const path = '/run/memharbor-unrecorded'

/** Tenants that have a line each, at most; more are counted. */
const mostTenants = 10

/** Closings in a host's filter that its records lack, so that they let in again from its next boot. */
export function describeFilterOnlyOf(
  host: string,
  { filterOnly: { damaged, tenants } }: Pick<HelperFacts, 'filterOnly'>,
): CheckLine[] {
  const lines = tenants.slice(0, mostTenants).map(({ name, closed }) => {
    const { sentence, advice } = describeFilterOnly(name, closed)
    return line('Closings', 'bad', `${name}: ${sentence}`, advice)
  })
  const more = tenants.length - lines.length
  const rest = `${more} more tenants are closed in the filter only.`
  return [
    ...(damaged ? [describeLost(host)] : []),
    ...lines,
    ...(more > 0 ? [line('Closings', 'bad', rest, '`memharbor tenant list` marks them.')] : []),
  ]
}

/** The line for a host whose list of such closings cannot be read. */
export function describeLost(host: string): CheckLine {
  const sentence = `${path} on ${host} is damaged: who was shut out by the filter only is not known, so the helper lets nobody in who is not in already.`
  const advice = `Take away again on ${host} what has to be (revoke, suspend), then remove that file there: \`sudo rm ${path}\`.`
  return line('Filter', 'bad', sentence, advice)
}
