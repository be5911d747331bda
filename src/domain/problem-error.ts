import type { Problem } from '../contract/problem.ts'
import { describeProblem } from './describe-problem.ts'

/** Carries a {@link Problem} through throw and catch. Nothing else is thrown on purpose. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  /** @param cause what was caught beneath, for the log only: it may hold text that people should not see. */
  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(describeProblem(problem).message, options)
    this.problem = problem
  }
}

/** Throws the problem; reads well at the end of an expression: `found ?? fail({code: 'NOT_FOUND', …})`. */
export function fail(problem: Problem, cause?: unknown): never {
  throw new ProblemError(problem, cause === undefined ? undefined : { cause })
}
