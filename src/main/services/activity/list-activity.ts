import { setImmediate } from 'node:timers/promises'
import type { ActivityFilter, Operation } from '../../../contract/activity.ts'
import { holdsWords, splitWords } from '../../../contract/activity-search.ts'
import { fail } from '../../../domain/problem-error.ts'
import type { OperationFilter } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findDeletedTenant, findTenantByName } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { listRestorable } from './list-restorable.ts'
import { readOperations } from './read-operations.ts'
import { viewOperation } from './view-operation.ts'

/** Operations that are read at once: more would hold up everything else for longer than a person notices. */
const pieceSize = 500

/** Fewer are not read at once where not every one may be what is searched for. */
const smallestPiece = 100

/** Operations, the newest first; 100 where no limit is given. */
export async function listActivity(
  { store, archive, running, now }: Pick<ServiceContext, 'store' | 'archive' | 'running' | 'now'>,
  { limit = 100, ...filter }: ActivityFilter,
): Promise<Operation[]> {
  const words = splitWords(filter.text ?? '')
  const found: Operation[] = []
  let before = parseBefore(filter)
  while (found.length < limit) {
    const wanted = Math.max(limit - found.length, words.length === 0 ? 0 : smallestPiece)
    const size = Math.min(pieceSize, wanted)
    const page = { ...(before === undefined ? {} : { before }), words, limit: size }
    const { operations, hasMore } = await readOperations({ store, archive }, (db) => ({
      ...toStoreFilter(db, filter),
      ...page,
    }))
    const restorable = await store.read((db) => listRestorable(db, operations, now()))
    const views = operations.map((operation) =>
      viewOperation(operation, running.find(operation.id), restorable.has(operation.id)),
    )
    found.push(...views.filter((operation) => holdsWords(operation, words)))
    const last = operations.at(-1)
    if (last === undefined || !hasMore) break
    before = last
    await setImmediate()
  }
  return found.slice(0, limit)
}

/** Names as they were then; a tenant that has or last had the name is found under the names that it had before, too. */
function toStoreFilter(db: StoreDb, { host, tenant, tenantId, outcome }: ActivityFilter): OperationFilter {
  return {
    ...(host === undefined ? {} : { hostName: host.normalize('NFC') }),
    ...(tenant === undefined
      ? {}
      : { tenant: { name: tenant.normalize('NFC'), id: findIdOfName(db, tenant) } }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(outcome === undefined ? {} : { outcome }),
  }
}

const findIdOfName = (db: StoreDb, name: string): string | undefined =>
  (findTenantByName(db, name) ?? findDeletedTenant(db, name))?.id

/** The store compares moments as texts, so that every one has to be written as it writes them. */
function parseBefore({ before, beforeId }: ActivityFilter): OperationFilter['before'] {
  if (before === undefined) return undefined
  const moment = new Date(before)
  if (Number.isNaN(moment.getTime())) {
    const reason = 'it is no moment like 2026-11-22T10:00:00.000Z'
    return fail({ code: 'INVALID_INPUT', details: { field: 'before', given: before, reason } })
  }
  return { startedAt: moment.toISOString(), id: beforeId }
}
