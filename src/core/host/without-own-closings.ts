import type { HostObservation } from '../../domain/host-observation.ts'
import type { Closing } from '../plan/closing.ts'
import { withoutOwn } from '../tenant/own-closings.ts'

/** A look at a host, without closings in its filter alone that are pending here, by tenant ids: those have a line of their own. */
export function withoutOwnClosings(
  seen: HostObservation,
  pending: ReadonlyMap<string, readonly Closing[]>,
): HostObservation {
  if (seen.helper.kind === 'failed') return seen
  const { filterOnly } = seen.helper.value
  const tenants = filterOnly.tenants.flatMap((each) => {
    const closed = withoutOwn(each.closed, pending.get(each.id) ?? [])
    return closed.length === 0 ? [] : [{ ...each, closed }]
  })
  return {
    ...seen,
    helper: { kind: 'ok', value: { ...seen.helper.value, filterOnly: { ...filterOnly, tenants } } },
  }
}
