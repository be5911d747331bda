import { and, eq, gte, inArray, isNotNull } from 'drizzle-orm'
import { z } from 'zod'
import { moment, type StoreDb } from './rows.ts'
import { operations, tenants } from './schema.ts'

const row = z.object({ tenantId: z.string(), port: z.int(), at: moment })
const left = z.object({ port: z.int() })

/** A port that a tenant gave up and that nobody else is to get for a while. */
export type RestingPort = z.output<typeof row>

/**
 * The ports of a host that this panel knows to rest, the longest first: of tenants that were deleted, or that moved, at
 * `since` or later. Those of a tenant that is being deleted rest from `now` on. One that a tenant has again is none.
 */
export function listRestingPorts(
  db: StoreDb,
  hostId: string,
  { since, now }: { readonly since: string; readonly now: string },
): RestingPort[] {
  const inUse = new Set(listPorts(db, hostId, ['creating', 'present']).map(({ port }) => port))
  const deleted = listPorts(db, hostId, ['deleted']).filter(({ at }) => at !== null && at >= since)
  const leaving = listPorts(db, hostId, ['deleting']).map((tenant) => ({ ...tenant, at: now }))
  return [...deleted, ...leaving, ...listLeft(db, hostId, since)]
    .flatMap((each) => row.safeParse(each).data ?? [])
    .filter(({ port }) => !inUse.has(port))
    .sort((a, b) => a.at.localeCompare(b.at))
}

function listPorts(db: StoreDb, hostId: string, phases: readonly string[]) {
  const { id: tenantId, port, deletedAt: at, phase } = tenants
  const isThere = and(eq(tenants.hostId, hostId), inArray(phase, [...phases]), isNotNull(port))
  return db.select({ tenantId, port, at }).from(tenants).where(isThere).all()
}

/**
 * The release goes by the id of the move: a tenant whose own id is among the releases, and that has no record, counts as
 * deleted by another panel.
 */
function listLeft(db: StoreDb, hostId: string, since: string) {
  const { id: tenantId, finishedAt: at, before, kind, outcome } = operations
  const isMove = and(eq(operations.hostId, hostId), eq(kind, 'tenant move'), eq(outcome, 'done'))
  return db
    .select({ tenantId, at, before })
    .from(operations)
    .where(and(isMove, gte(at, since)))
    .all()
    .map(({ before, ...move }) => ({ ...move, port: parsePort(before) }))
}

function parsePort(before: string | null): number | undefined {
  try {
    return left.safeParse(JSON.parse(before ?? 'null')).data?.port
  } catch {
    return undefined
  }
}
