import { and, count, eq, gte, isNull, ne, or } from 'drizzle-orm'
import type { StoreDb } from './rows.ts'
import { operations } from './schema.ts'

/**
 * How many operations of that kind by others than an actor were at work on a tenant at or after a moment.
 * @param since ISO 8601, UTC
 */
export function countSince(
  db: StoreDb,
  { tenantId, kind, except, since }: Readonly<Record<'tenantId' | 'kind' | 'except' | 'since', string>>,
): number {
  const { finishedAt } = operations
  const [row] = db
    .select({ found: count() })
    .from(operations)
    .where(
      and(
        eq(operations.tenantId, tenantId),
        eq(operations.kind, kind),
        ne(operations.actor, except),
        or(isNull(finishedAt), gte(finishedAt, since)),
      ),
    )
    .all()
  return row?.found ?? 0
}
