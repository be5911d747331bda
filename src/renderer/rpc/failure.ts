import { ORPCError } from '@orpc/client'
import type { ProblemCode } from '../../contract/problem.ts'
import { adviseHere } from './advise-here.ts'

/** What went wrong, for people and for those who ask further. */
export interface Failure {
  /** One of the contract's codes, or `UNREACHABLE` when the program behind the page did not answer. */
  readonly code: ProblemCode | 'UNREACHABLE'
  /** What happened, and where. */
  readonly message: string
  /** What to do; may be empty. */
  readonly advice: string
  readonly details: Readonly<Record<string, unknown>>
  /** The same call may work later. */
  readonly retryable: boolean
}

/** Reads a failure out of whatever a call threw. */
export function toFailure(error: unknown): Failure {
  if (error instanceof ORPCError && error.defined) {
    const { details, advice, retryable } = error.data as Pick<Failure, 'details' | 'advice' | 'retryable'>
    const code = error.code as ProblemCode
    return { code, message: error.message, advice: adviseHere(code, advice), details, retryable }
  }
  return {
    code: 'UNREACHABLE',
    message: 'Memharbor did not answer.',
    advice:
      'Reload the page. If the panel has ended, start it again; in a browser, open the link that it prints then.',
    details: { reason: error instanceof Error ? error.message : String(error) },
    retryable: true,
  }
}
