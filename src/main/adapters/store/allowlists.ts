import { and, count, eq, ne } from 'drizzle-orm'
import type { StoreDb } from './rows.ts'
import { allowEntries, tenants } from './schema.ts'

/** How many entries the allowlists of a host's tenants have together, those of deleted ones left out. */
export function countAllowEntries(db: StoreDb, hostId: string): number {
  const [found] = db
    .select({ entries: count() })
    .from(allowEntries)
    .innerJoin(tenants, eq(tenants.id, allowEntries.tenantId))
    .where(and(eq(tenants.hostId, hostId), ne(tenants.phase, 'deleted')))
    .all()
  return found?.entries ?? 0
}
