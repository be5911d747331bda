import { ORPCError } from '@orpc/client'
import type { ProblemCode } from '../../contract/problem.ts'
import { adviseHere } from './advise-here.ts'

/** A call's failure, for people, with details for those that ask further. */
export interface Failure {
  /** One of the contract's codes, or `UNREACHABLE` when the program behind the page did not answer. */
  readonly code: ProblemCode | 'UNREACHABLE'
  /** The event, and where it happened. */
  readonly message: string
  /** The step for the operator; may be empty. */
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
