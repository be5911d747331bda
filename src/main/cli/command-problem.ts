import { isDefinedError } from '@orpc/client'
import type { Problem } from '../../contract/problem.ts'
import { describeProblem } from '../../domain/describe-problem.ts'
import { ProblemError } from '../../domain/problem-error.ts'

/** A problem as a command reports it: the same for those of the router and those of the command itself. */
export interface CommandProblem {
  readonly problem: Problem
  readonly message: string
  readonly advice: string
}

/** The problem in what was thrown, or undefined for a defect. */
export function readProblem(error: unknown): CommandProblem | undefined {
  if (error instanceof ProblemError) return { problem: error.problem, ...describeProblem(error.problem) }
  if (!(error instanceof Error)) return undefined
  if (error.name === 'AbortError')
    return readProblem(new ProblemError({ code: 'CANCELLED', details: { action: 'this command' } }))
  if (!isDefinedError(error)) return undefined
  const { code, message, data } = error as unknown as {
    code: Problem['code']
    message: string
    data: { details: Problem['details']; advice: string }
  }
  return { problem: { code, details: data.details } as Problem, message, advice: data.advice }
}
