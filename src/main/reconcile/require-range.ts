import type { KnownTenant, PutBackDifference } from '../../core/plan/put-back.ts'
import { findNarrowRange } from '../../core/plan/range-for-recovery.ts'
import { fail } from '../../domain/problem-error.ts'
import { findHost } from '../adapters/store/hosts.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'

/**
 * Before anything is changed: a host whose range was put back with its records would refuse tenants one after the other.
 * @throws ProblemError RANGE_PUT_BACK
 */
export async function requireRange(
  { store }: Pick<ServiceContext, 'store'>,
  { host, helper }: HostAccess,
  known: readonly KnownTenant[],
  differences: readonly PutBackDifference[],
): Promise<void> {
  const { range } = await helper.request<'hello'>({ op: 'hello' })
  if (range === null) return
  const { name, rangeFrom, rangeTo } = (await store.read((db) => findHost(db, host.id))) ?? host
  const narrow = findNarrowRange(known, differences, range, { from: rangeFrom, to: rangeTo })
  if (narrow === null) return
  const { tenants, inForce, fitting } = narrow
  fail({ code: 'RANGE_PUT_BACK', details: { host: name, tenants: [...tenants], inForce, fitting } })
}
