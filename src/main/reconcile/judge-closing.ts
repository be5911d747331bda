import type { Problem } from '../../contract/problem.ts'
import { listCidrs } from '../../core/plan/closing.ts'
import type { Json } from '../../core/tenant/changed-entries.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import type { OperationEnd } from '../services/operation/operation-log.ts'
import { findLeft } from './take-in-left.ts'

/**
 * How the log has a closing that its host has confirmed. Nothing was done where nothing of it was there, as an answer at
 * once would have said, or where all of it stays because another panel wrote it. An entry that the store had was there: an
 * earlier try has taken it out.
 * @param logged the state before it, without what stays and without what nobody had
 * @param absent names what nobody had; undefined where there is none of that
 */
export function judgeClosing(
  tenant: string,
  logged: Json,
  { closed, left }: Pick<Closed, 'closed' | 'left'>,
  absent: Problem | undefined,
): OperationEnd {
  if (closed.length + listCidrs(logged).length > 0) return { kind: 'done' }
  const problem = findLeft(tenant, { left }) ?? absent
  return problem === undefined
    ? { kind: 'done' }
    : { kind: 'undone', problem: withoutBeside(problem), stepsDone: 0 }
}

/** Entries that were revoked beside it have an operation of their own. */
function withoutBeside(problem: Problem): Problem {
  switch (problem.code) {
    case 'ENTRY_ABSENT': {
      const { revoked: _, cut: __, inside: ___, ...details } = problem.details
      return { code: problem.code, details }
    }
    case 'ENTRY_COVERED': {
      const { revoked: _, cut: __, inside: ___, ...details } = problem.details
      return { code: problem.code, details }
    }
    default:
      return problem
  }
}
