import type { Problem } from '../../src/contract/problem.ts'
import { ProblemError } from '../../src/domain/problem-error.ts'

/** The problem that the work ends with; undefined when it does its work. A defect is thrown on. */
export function problemOf(work: () => unknown): Problem | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  return undefined
}
