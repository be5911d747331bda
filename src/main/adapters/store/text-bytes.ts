import { and, eq, ne, sql } from 'drizzle-orm'
import type { StoreDb } from './rows.ts'
import { allowEntries, tenants } from './schema.ts'

/** How many bytes of UTF-8 the notes, tags and labels of a host's tenants have together, those of deleted ones left out. */
export function countTextBytes(db: StoreDb, hostId: string): number {
  const isThere = and(eq(tenants.hostId, hostId), ne(tenants.phase, 'deleted'))
  const [ofTenants] = db
    .select({
      bytes: sql<
        number | null
      >`sum(length(cast(${tenants.notes} as blob)) + length(cast(${tenants.tags} as blob)))`,
    })
    .from(tenants)
    .where(isThere)
    .all()
  const [ofEntries] = db
    .select({ bytes: sql<number | null>`sum(length(cast(${allowEntries.label} as blob)))` })
    .from(allowEntries)
    .innerJoin(tenants, eq(tenants.id, allowEntries.tenantId))
    .where(isThere)
    .all()
  return (ofTenants?.bytes ?? 0) + (ofEntries?.bytes ?? 0)
}
