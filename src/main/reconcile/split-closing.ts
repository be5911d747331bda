import { listBeside, listCidrs, onlyEntries, withBeside } from '../../core/plan/closing.ts'
import { listOperationsById, putSteps, updateOperation } from '../adapters/store/operations.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import type { ServiceContext } from '../services/context.ts'
import { beginOperation, endOperation, type OperationSubject } from '../services/operation/operation-log.ts'
import { describeSteps, type Intent } from './intend-closing.ts'

/**
 * Makes two operations of a closing whose host has confirmed the entries that the store had: those are done, and the others
 * are what is still asked for. So a retry does not shut out again whom another panel has let in since.
 * @param left entries of the first part that stay, because somebody wrote them later
 * @returns the intent that is left
 */
export function splitClosing(
  context: Pick<ServiceContext, 'newId' | 'now' | 'actor'>,
  db: StoreDb,
  intent: Intent,
  left: readonly string[],
): Intent {
  const { before, host, closing, unknown, subject, operation } = intent
  const stepsOf = (cidrs: readonly string[]) => describeSteps(host, { ...closing, cidrs }, before)
  const [step] = stepsOf(unknown)
  const steps = operation.steps.map((each) => ({ ...each, sentence: step?.sentence ?? each.sentence }))
  // As it is by now: the same that was asked for twice at once is split once, and what the host was seen to have stays.
  const [stored = operation] = listOperationsById(db, [operation.id])
  const known = listCidrs(stored.before).filter((cidr) => !unknown.includes(cidr) && !left.includes(cidr))
  const beside = [...listBeside(stored), ...known]
  const rest = { ...operation, before: withBeside(onlyEntries(stored.before, unknown), beside), steps }
  // An operation that was joined may have ended while this waited, with all of it.
  if (stored.outcome === 'running') {
    if (known.length > 0) {
      const done = { ...subject, before: onlyEntries(stored.before, known), after: { allow: [] } }
      // It was asked for with the others. A moment later, so that a log shows both in one order.
      const dated = { ...context, now: () => new Date(Date.parse(stored.startedAt) + 1) }
      endOperation(db, context.now(), beginOperation(db, dated, done, stepsOf(known)), { kind: 'done' })
    }
    updateOperation(db, operation.id, { before: rest.before })
    putSteps(db, operation.id, steps)
  }
  return {
    ...intent,
    closing: { ...closing, cidrs: unknown },
    subject: subjectOf(subject, unknown),
    operation: rest,
  }
}

/** The log has only the entries that differ. */
function subjectOf(subject: OperationSubject, cidrs: readonly string[]): OperationSubject {
  return { ...subject, before: onlyEntries(subject.before ?? null, cidrs), after: { allow: [] } }
}
