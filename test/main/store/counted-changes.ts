import { sql } from 'drizzle-orm'
import { findHost, insertHost } from '../../../src/main/adapters/store/hosts.ts'
import type { StoreDb } from '../../../src/main/adapters/store/rows.ts'
import type { Store } from '../../../src/main/adapters/store/store.ts'
import { insertTenant, listTenants, takeOutUnmade } from '../../../src/main/adapters/store/tenants.ts'
import { sampleHost, sampleTenant } from './samples.ts'

/** Changes that are counted in the store itself: done twice, half or not in their order they leave another count. */
export const changeNumber =
  (number: number, bytes = 0) =>
  (db: StoreDb): void => {
    if (number === 1) insertHost(db, sampleHost({ rangeFrom: 0 }))
    db.run(sql`UPDATE hosts SET range_from = range_from + 1 + 1000 * (range_from <> ${number - 1})`)
    insertTenant(db, sampleTenant(number, { notes: 'é'.repeat(bytes / 2) }))
    if (number % 3 === 0) takeOutUnmade(db, `tenant-${number - 1}`)
  }

/** How many of the changes the store has. @throws when it has half of one */
export async function countWhole(store: Store): Promise<number> {
  const { count, ids } = await store.read((db) => ({
    count: findHost(db, 'host-1')?.rangeFrom ?? 0,
    ids: listTenants(db).map(({ id }) => id),
  }))
  const wanted = Array.from({ length: count }, (_, index) => index + 1)
    .filter((number) => number % 3 !== 2 || number === count)
    .map((number) => `tenant-${number}`)
  if (wanted.sort().join() !== ids.sort().join()) throw new Error(`after ${count} changes it has ${ids}`)
  return count
}
