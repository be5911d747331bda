import { compareNewestFirst } from '../../adapters/store/archive.ts'
import type { ArchiveFilter } from '../../adapters/store/archive-filter.ts'
import { findStartOf } from '../../adapters/store/archiving.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import type { ServiceContext } from '../context.ts'

/** A page of operations, the newest first, out of the store and, where that has not all of it, the archive. */
export async function readOperations(
  { store, archive }: Pick<ServiceContext, 'store' | 'archive'>,
  filterBy: (db: StoreDb) => ArchiveFilter,
): Promise<{ operations: StoredOperation[]; hasMore: boolean }> {
  // The store first: what leaves it meanwhile is in the archive by then.
  const { filter, stored, keptSince } = await store.read((db) => {
    const filter = filterBy(db)
    return {
      filter,
      stored: listOperations(db, filter),
      keptSince: findStartOf(db, archive.kept - 1),
    }
  })
  const isFull = stored.length === filter.limit
  const oldest = stored.at(-1)?.startedAt ?? ''
  // Whatever is as new as the newest that stay has never left the store.
  const isOfStore = isFull && keptSince !== undefined && oldest > keptSince
  if (isOfStore || filter.outcome === 'running') return { operations: stored, hasMore: isFull }
  const archived = await archive.list(filter)
  const byId = new Map([...archived.operations, ...stored].map((operation) => [operation.id, operation]))
  const both = [...byId.values()].sort(compareNewestFirst)
  return {
    operations: both.slice(0, filter.limit),
    hasMore: isFull || archived.hasMore || both.length > filter.limit,
  }
}
