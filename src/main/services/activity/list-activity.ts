import type { Operation } from '../../../contract/activity.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { ServiceContext } from '../context.ts'

/** What was done, the newest first; 100 operations unless told. */
export async function listActivity(
  { store }: ServiceContext,
  input: { limit?: number | undefined },
): Promise<Operation[]> {
  const operations = await store.read((db) => listOperations(db, { limit: input.limit ?? 100 }))
  return operations.map(viewOperation)
}

function viewOperation(operation: StoredOperation): Operation {
  const { id, kind, hostName, tenantName, actor, startedAt, finishedAt, outcome, problem, steps } = operation
  return {
    ...{ id, kind, host: hostName, tenant: tenantName, actor, startedAt, finishedAt, outcome },
    tookMs: finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt),
    ...{ before: operation.before, after: operation.after },
    why: problem === null ? '' : describeProblem(problem).message,
    cancellable: false,
    steps: steps.map(({ sentence, state }) => ({ sentence, state })),
  }
}
