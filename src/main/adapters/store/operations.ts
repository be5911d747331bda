import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { z } from 'zod'
import { type Problem, problemDetails } from '../../../contract/problem.ts'
import { noteTouched } from './committed.ts'
import { mayHold } from './operation-search.ts'
import { groupBy, jsonColumn, moment, parseRow, type StoreDb } from './rows.ts'
import { operationSteps, operations } from './schema.ts'

/** Details are checked by their code; a code of another version of this program reads as INTERNAL and names the code. */
const problem = z.codec(
  z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }),
  z.custom<Problem>(),
  {
    decode: ({ code, details }): Problem => {
      const schema = Object.entries(problemDetails).find(([known]) => known === code)?.[1]
      const known = schema?.safeParse(details).success === true
      return known ? ({ code, details } as Problem) : { code: 'INTERNAL', details: { reference: code } }
    },
    encode: ({ code, details }) => ({ code, details }),
  },
)

const step = z.object({
  /** From 0, in the order they were done. */
  position: z.int(),
  kind: z.string(),
  sentence: z.string(),
  state: z.enum(['intended', 'done', 'failed', 'undone']),
  startedAt: moment,
  finishedAt: moment.nullable(),
})

/** An operation as a row, and as the program has it. */
export const storedOperation = z.object({
  id: z.string(),
  /** Noun and verb: `tenant create`. */
  kind: z.string(),
  /** Its host and its tenant. The names are kept beside the ids because an operation outlives both. */
  hostId: z.string().nullable(),
  tenantId: z.string().nullable(),
  hostName: z.string().nullable(),
  tenantName: z.string().nullable(),
  /** The user who did it, with the computer, `ada@laptop`; or another panel. */
  actor: z.string(),
  startedAt: moment,
  finishedAt: moment.nullable(),
  /**
   * `running` until its end is settled. One with a problem is over all the same: it failed, or was cut off, and what it
   * left on its host has still to be finished or taken back.
   */
  outcome: z.enum(['running', 'done', 'failed', 'undone']),
  problem: jsonColumn(problem).nullable(),
  /** The state before and after, in the form of the operation's kind. */
  before: jsonColumn(z.json()).nullable(),
  after: jsonColumn(z.json()).nullable(),
  steps: z.array(step),
})

const failureOfTenant = z.object({ tenantId: z.string(), problem: jsonColumn(problem) })
const operationColumns = storedOperation.omit({ steps: true }).partial()

/** One thing the operator did. */
export type StoredOperation = z.output<typeof storedOperation>
export type StoredStep = StoredOperation['steps'][number]
export type OperationChanges = Partial<
  Pick<StoredOperation, 'hostId' | 'tenantId' | 'finishedAt' | 'outcome' | 'problem' | 'before' | 'after'>
>
export interface OperationFilter {
  readonly hostId?: string
  readonly tenantId?: string
  /** As it was called then. */
  readonly hostName?: string
  /** As it was called then, or the tenant with that id however it was called. */
  readonly tenant?: { readonly name: string; readonly id: string | undefined }
  /** As people are told it: one that failed and is not settled counts as failed. */
  readonly kind?: StoredOperation['kind']
  readonly outcome?: StoredOperation['outcome']
  /** Only those whose end has not been settled: nobody has confirmed what became of them on their host. */
  readonly unsettled?: true
  /** Only those that may hold all of these words; whether they do is to be seen in what people read. */
  readonly words?: readonly string[]
  /** Only those that come after this one in the order of the list: the last one of a page gives the next page. */
  readonly before?: { readonly startedAt: string; readonly id?: string | undefined }
  /** At most this many; all unless told. */
  readonly limit?: number
}

/** Operations with these ids, as far as they exist, the newest first. */
export function listOperationsById(db: StoreDb, ids: readonly string[]): StoredOperation[] {
  return ids.length === 0 ? [] : selectOperations(db, inArray(operations.id, [...ids]))
}

/** Operations with their steps, the newest first. */
export function listOperations(db: StoreDb, filter: OperationFilter = {}): StoredOperation[] {
  const { hostName, tenant, before } = filter
  return selectOperations(
    db,
    and(
      filter.hostId === undefined ? undefined : eq(operations.hostId, filter.hostId),
      filter.tenantId === undefined ? undefined : eq(operations.tenantId, filter.tenantId),
      filter.kind === undefined ? undefined : eq(operations.kind, filter.kind),
      filter.outcome === undefined ? undefined : hasOutcome(filter.outcome),
      filter.unsettled === undefined ? undefined : eq(operations.outcome, 'running'),
      hostName === undefined ? undefined : eq(operations.hostName, hostName),
      tenant === undefined
        ? undefined
        : or(
            eq(operations.tenantName, tenant.name),
            tenant.id === undefined ? undefined : eq(operations.tenantId, tenant.id),
          ),
      filter.words === undefined ? undefined : mayHold(filter.words),
      before === undefined ? undefined : comesAfter(before),
    ),
    filter.limit,
  )
}

/** Ids of tenants whose create on this host was taken back. */
export function listUndoneCreates(db: StoreDb, hostId: string): Set<string> {
  const isUndone = and(eq(operations.outcome, 'undone'), eq(operations.hostId, hostId))
  const found = db
    .select({ tenantId: operations.tenantId })
    .from(operations)
    .where(and(isUndone, eq(operations.kind, 'tenant create')))
    .all()
  return new Set(found.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])))
}

function hasOutcome(outcome: StoredOperation['outcome']): SQL | undefined {
  const isIt = eq(operations.outcome, outcome)
  const isOpen = eq(operations.outcome, 'running')
  if (outcome === 'running') return and(isIt, isNull(operations.problem))
  return outcome === 'failed' ? or(isIt, and(isOpen, isNotNull(operations.problem))) : isIt
}

/**
 * Why work on tenants failed whose end is not settled, by the tenant's id; the newest where there are several. Access
 * that was taken away is not among it: see closings.ts.
 */
export function listFailures(db: StoreDb): Map<string, Problem> {
  const { tenantId, problem: text, outcome, startedAt, id } = operations
  const rows = db
    .select({ tenantId, problem: text })
    .from(operations)
    .where(
      and(
        eq(outcome, 'running'),
        isNotNull(text),
        isNotNull(tenantId),
        notInArray(operations.kind, ['tenant revoke', 'tenant suspend']),
      ),
    )
    .orderBy(asc(startedAt), asc(id))
    .all()
  return new Map(
    rows.map((row) => {
      const failure = parseRow('operations', failureOfTenant, row)
      return [failure.tenantId, failure.problem]
    }),
  )
}

function comesAfter({ startedAt, id }: NonNullable<OperationFilter['before']>): SQL | undefined {
  const earlier = lt(operations.startedAt, startedAt)
  if (id === undefined) return earlier
  // The first condition is what the index is used for.
  return and(lte(operations.startedAt, startedAt), or(earlier, lt(operations.id, id)))
}

export function insertOperation(db: StoreDb, operation: StoredOperation): void {
  noteTouched(db, 'operations', operation.id)
  const { steps, ...columns } = z.encode(storedOperation, operation)
  db.insert(operations).values(columns).run()
  putSteps(db, operation.id, steps)
}

/** Changes the named fields and leaves the others. An operation that is not there stays so. */
export function updateOperation(db: StoreDb, id: string, changes: OperationChanges): void {
  if (Object.keys(changes).length === 0) return
  noteTouched(db, 'operations', id)
  db.update(operations).set(z.encode(operationColumns, changes)).where(eq(operations.id, id)).run()
}

/** Adds steps, or replaces those at their positions: one statement, because each costs a millisecond to build. */
export function putSteps(db: StoreDb, operationId: string, given: readonly StoredStep[]): void {
  if (given.length === 0) return
  const { kind, sentence, state, startedAt, finishedAt } = getTableColumns(operationSteps)
  const replaced = Object.entries({ kind, sentence, state, startedAt, finishedAt })
  db.insert(operationSteps)
    .values(given.map((each) => ({ operationId, ...z.encode(step, each) })))
    .onConflictDoUpdate({
      target: [operationSteps.operationId, operationSteps.position],
      set: Object.fromEntries(
        replaced.map(([key, { name }]) => [key, sql`excluded.${sql.identifier(name)}`]),
      ),
    })
    .run()
}

const newestFirst = [desc(operations.startedAt), desc(operations.id)]

/** Operations with their steps. */
export function selectOperations(
  db: StoreDb,
  where: SQL | undefined,
  limit = -1,
  order = newestFirst,
): StoredOperation[] {
  const rows = db
    .select()
    .from(operations)
    .where(where)
    .orderBy(...order)
    .limit(limit)
    .all()
  const ids = db
    .select({ id: operations.id })
    .from(operations)
    .where(where)
    .orderBy(...order)
    .limit(limit)
  const stepRows = db
    .select()
    .from(operationSteps)
    .where(inArray(operationSteps.operationId, ids))
    .orderBy(asc(operationSteps.operationId), asc(operationSteps.position))
    .all()
  const steps = groupBy(stepRows, (row) => row.operationId)
  return rows.map((row) =>
    parseRow('operations', storedOperation, { ...row, steps: steps.get(row.id) ?? [] }),
  )
}
