import type { Operation } from '../../../contract/activity.ts'
import { withoutKept } from '../../../core/tenant/changed-entries.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import type { StoredOperation } from '../../adapters/store/operations.ts'
import type { RunningOperation } from '../operation/running.ts'

/** The reason shown for an operation that was begun, is not ended, and is nobody's work any more. */
const cutOff = 'It was cut off; the next change on this host finishes or undoes it.'

/**
 * An operation for people.
 * @param running how far its work is, if this program is at it
 * @param restorable whether the tenant that it deleted can be put back
 */
export function viewOperation(
  operation: StoredOperation,
  running: Pick<RunningOperation, 'steps' | 'cancellable' | 'stopping'> | undefined,
  restorable = false,
): Operation {
  const { id, kind, hostName, tenantName, tenantId, actor, startedAt, finishedAt, outcome, problem } =
    operation
  // A failed operation runs again while recovery is at it.
  const live = outcome === 'running' ? running : undefined
  const unended = outcome === 'running' && live === undefined ? cutOff : ''
  const hasFailed = outcome === 'running' && problem !== null && live === undefined
  return {
    ...{ id, kind, host: hostName, tenant: tenantName, tenantId, actor, startedAt },
    finishedAt: live === undefined ? finishedAt : null,
    // Leftovers on its host are another matter, which the tenant's own view shows.
    outcome: hasFailed ? 'failed' : outcome,
    tookMs: finishedAt === null || live !== undefined ? null : Date.parse(finishedAt) - Date.parse(startedAt),
    // An older Memharbor wrote whole allowlists.
    ...withoutKept(operation),
    why: problem === null ? unended : describeProblem(problem).message,
    cancellable: live?.cancellable ?? false,
    stopping: live?.stopping ?? false,
    restorable,
    steps: (live ?? operation).steps.map(({ sentence, state }) => ({ sentence, state })),
  }
}
