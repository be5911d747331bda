import type { Problem } from '../../../contract/problem.ts'
import { putBackKind } from '../../../core/plan/closing.ts'
import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { ServiceContext } from '../context.ts'
import { endOperation, noteFailure } from './operation-log.ts'

/** Why an operation that nobody ended is over. */
export const cutOff = {
  code: 'CANCELLED',
  details: { action: 'the program ended before this was done' },
} as const

export const isCutOff = (problem: Problem): boolean =>
  problem.code === 'CANCELLED' && problem.details.action === cutOff.details.action

/**
 * At the start: notes in the log that every operation of an earlier run was cut off. Work on a host itself is over:
 * doing it again finishes it, which the operator is told. Work on tenants has still to be settled, which recovery
 * does when their host answers.
 */
export async function endCutOff(context: Pick<ServiceContext, 'store' | 'now' | 'notices'>): Promise<void> {
  const { store, now, notices } = context
  const operations = await store.read((db) => listOperations(db, { outcome: 'running' }))
  if (operations.length === 0) return
  await store.write((db) => {
    for (const operation of operations) {
      if (isOfHost(operation))
        endOperation(db, now(), operation, { kind: 'failed', problem: cutOff, stepsDone: 0 })
      else noteFailure(db, now(), operation, cutOff)
    }
  })
  for (const { kind, hostName } of operations.filter(isOfHost)) {
    // The next change begins with another look for things to sweep or to close again, so these need no notice.
    if (kind === 'host sweep' || kind === putBackKind) continue
    notices.add(describeCutOff(kind, hostName ?? ''))
  }
}

/** Once it was done again to its end: who was not told yet that it was cut off has nothing to do any more. */
export function withdrawCutOff(
  { notices }: Pick<ServiceContext, 'notices'>,
  kind: string,
  host: string,
): void {
  notices.withdraw(describeCutOff(kind, host))
}

const describeCutOff = (kind: string, host: string): string =>
  `Not finished: ${kind} of ${host}, which was cut off. Do it again to finish it.`

const isOfHost = ({ kind }: StoredOperation): boolean => kind.startsWith('host ')
