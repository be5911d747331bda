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

/** The same for all, because making a schema costs each start of the program some time. */
const [advice, retryable] = [z.string(), z.boolean()]

/** Each problem as a typed error: its details, what the operator can do, and whether a retry may help. */
const problems = Object.fromEntries(
  Object.entries(problemDetails).map(([code, details]) => [
    code,
    { data: z.object({ details, advice, retryable }) },
  ]),
) as unknown as ProblemMap

/** Where every procedure starts: any of them may fail with any problem. */
export const procedure = oc.errors(problems)
