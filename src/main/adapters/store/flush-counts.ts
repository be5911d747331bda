import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { moment, parseRow, type StoreDb } from './rows.ts'
import { flushCounts } from './schema.ts'

const storedCount = z.object({ tenantId: z.string(), flushes: z.int().nonnegative(), seenAt: moment })

/** How often a cache had been flushed since its memcached began, at a look. */
export type StoredFlushCount = z.output<typeof storedCount>

/** The one that is kept of a tenant, of whichever memcached it had then. */
export function findFlushCount(db: StoreDb, tenantId: string): StoredFlushCount | undefined {
  const row = db.select().from(flushCounts).where(eq(flushCounts.tenantId, tenantId)).get()
  return row === undefined ? undefined : parseRow('flush_counts', storedCount, row)
}

/** Keeps one in place of an earlier one. */
export function putFlushCount(db: StoreDb, count: StoredFlushCount): void {
  const { flushes, seenAt } = count
  db.insert(flushCounts)
    .values(count)
    .onConflictDoUpdate({ target: flushCounts.tenantId, set: { flushes, seenAt } })
    .run()
}
