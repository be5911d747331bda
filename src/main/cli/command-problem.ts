import { isDefinedError, ORPCError } from '@orpc/client'
import { z } from 'zod'
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
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST')
    return readProblem(toInvalidInput(error.data))
  if (!isDefinedError(error)) return undefined
  const { code, message, data } = error as unknown as {
    code: Problem['code']
    message: string
    data: { details: Problem['details']; advice: string }
  }
  return { problem: { code, details: data.details } as Problem, message, advice: data.advice }
}

/** The router's refusal by the contract's schemas: `{issues: [{path: ['limit'], message: 'Too small: …'}]}`. */
const refusedInput = z.object({
  issues: z.array(
    z.object({ path: z.array(z.union([z.string(), z.number()])).optional(), message: z.string() }),
  ),
})

function toInvalidInput(data: unknown): ProblemError {
  const issue = refusedInput.safeParse(data).data?.issues[0]
  const field = issue?.path?.join('.') ?? 'input'
  const reason = issue?.message.toLowerCase() ?? 'it does not fit'
  return new ProblemError({ code: 'INVALID_INPUT', details: { field, given: '', reason } })
}
