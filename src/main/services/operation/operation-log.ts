import type { Problem } from '../../../contract/problem.ts'
import { type Json, withoutKept } from '../../../core/tenant/changed-entries.ts'
import {
  insertOperation,
  putSteps,
  type StoredOperation,
  type StoredStep,
  updateOperation,
} from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import type { ServiceContext } from '../context.ts'

/** The subject of an operation; the names are kept because the log outlives host and tenant. */
export interface OperationSubject {
  /** Noun and verb: `tenant create`. */
  readonly kind: string
  readonly host: { readonly id: string; readonly name: string } | null
  readonly tenant: { readonly id: string; readonly name: string } | null
  readonly before?: Json
  readonly after?: Json
}

/** An operation that has been written down and not ended yet. */
export interface OpenOperation {
  readonly id: string
  readonly steps: readonly StoredStep[]
  /** Set when it failed before its end was settled. */
  readonly finishedAt: string | null
}

/**
 * Writes down what is about to be done, inside the transaction that holds the intent: once this is saved, a program
 * that is cut off leaves enough behind to finish or undo it.
 */
export function beginOperation(
  db: StoreDb,
  context: Pick<ServiceContext, 'newId' | 'now' | 'actor'>,
  subject: OperationSubject,
  steps: readonly { kind: string; sentence: string }[],
): StoredOperation {
  const startedAt = context.now().toISOString()
  const id = context.newId()
  const rows = steps.map(
    ({ kind, sentence }, position): StoredStep => ({
      position,
      kind,
      sentence,
      state: 'intended',
      startedAt,
      finishedAt: null,
    }),
  )
  const { before = null, after = null } = subject
  const operation: StoredOperation = {
    id,
    kind: subject.kind,
    hostId: subject.host?.id ?? null,
    hostName: subject.host?.name ?? null,
    tenantId: subject.tenant?.id ?? null,
    tenantName: subject.tenant?.name ?? null,
    actor: context.actor,
    startedAt,
    finishedAt: null,
    outcome: 'running',
    problem: null,
    ...withoutKept({ before, after }),
    steps: rows,
  }
  insertOperation(db, operation)
  return operation
}

/** The operation with what was said of each step while it ran: why it failed, where that is not why all failed. */
export function withSentences<O extends OpenOperation>(
  operation: O,
  told: readonly { readonly sentence: string }[] = [],
): O {
  const steps = operation.steps.map((step) => ({
    ...step,
    sentence: told[step.position]?.sentence ?? step.sentence,
  }))
  return { ...operation, steps }
}

/** How an operation ended. `stepsDone` counts from the first; the rest of them failed or were undone. */
export type OperationEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' | 'undone'; readonly problem: Problem; readonly stepsDone: number }

/**
 * Writes down why an operation failed whose traces on the host could not be taken back or finished yet. It stays
 * unsettled, so recovery finds it, in this program or the next.
 * @param states how far each step came, in their order
 */
export function noteFailure(
  db: StoreDb,
  now: Date,
  operation: OpenOperation,
  problem: Problem,
  states: readonly { readonly state: StoredStep['state'] | 'started' }[] = [],
): void {
  const finishedAt = now.toISOString()
  const steps = operation.steps.flatMap((step): StoredStep[] => {
    const state = states[step.position]?.state ?? step.state
    // A step that was never begun stays intended.
    return state === 'intended'
      ? []
      : [{ ...step, state: state === 'started' ? 'failed' : state, finishedAt }]
  })
  putSteps(db, operation.id, steps)
  updateOperation(db, operation.id, { problem, finishedAt })
}

/** Confirms the end, inside the transaction that holds what it changed. */
export function endOperation(db: StoreDb, now: Date, operation: OpenOperation, end: OperationEnd): void {
  const finishedAt = now.toISOString()
  const steps = operation.steps.map((step): StoredStep => {
    const done = end.kind === 'done' || step.position < end.stepsDone
    const state = end.kind === 'undone' ? 'undone' : done ? 'done' : 'failed'
    return { ...step, state, finishedAt }
  })
  putSteps(db, operation.id, steps)
  updateOperation(db, operation.id, {
    // An operation that failed a while before it could be undone ended when it failed.
    finishedAt: end.kind === 'done' ? finishedAt : (operation.finishedAt ?? finishedAt),
    outcome: end.kind,
    problem: end.kind === 'done' ? null : end.problem,
  })
}
