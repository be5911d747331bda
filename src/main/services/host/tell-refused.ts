import { describeRefused, type Refused } from '../../../core/tenant/describe-unfit.ts'
import { listHosts, type StoredHost } from '../../adapters/store/hosts.ts'
import { listTenantsById } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'

/** More are only counted. */
const mostForeign = 10

/** Tells which records of a host were not taken in and why, once for each reason and connection. */
export function tellRefused({ hosts, notices }: ServiceContext, host: StoredHost, refused: Refused): void {
  const { told } = hosts.access(host).seen
  for (const { reason, sentence } of describeRefused(host.name, refused)) {
    if (!told.has(reason)) notices.add(sentence)
    told.add(reason)
  }
}

/** Of which tenants of other hosts a host has records. */
export async function nameForeign(
  { store }: ServiceContext,
  records: readonly LedgerRecord[],
): Promise<Refused['foreign']> {
  if (records.length === 0) return []
  return store.read((db) => {
    const names = new Map(listHosts(db).map(({ id, name }) => [id, name]))
    const some = records.slice(0, mostForeign).map(({ id }) => id)
    const named = listTenantsById(db, some).map((tenant) => ({
      id: tenant.id,
      name: tenant.name,
      host: names.get(tenant.hostId) ?? '',
    }))
    const rest = records.slice(mostForeign).map(({ id }) => ({ id, name: '', host: '' }))
    return [...named, ...rest]
  })
}
