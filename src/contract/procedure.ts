import { oc } from '@orpc/contract'
import { z } from 'zod'
import { type ProblemCode, problemDetails } from './problem.ts'

type ProblemMap = {
  [Code in ProblemCode]: {
    data: z.ZodObject<{
      details: (typeof problemDetails)[Code]
      advice: z.ZodString
      retryable: z.ZodBoolean
    }>
  }
}

/** Each problem as a typed error: its details, what the operator can do, and whether a retry may help. */
const problems = Object.fromEntries(
  Object.entries(problemDetails).map(([code, details]) => [
    code,
    { data: z.object({ details, advice: z.string(), retryable: z.boolean() }) },
  ]),
) as unknown as ProblemMap

/** Where every procedure starts: any of them may fail with any problem. */
export const procedure = oc.errors(problems)
