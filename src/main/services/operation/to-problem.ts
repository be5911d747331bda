import { nanoid } from 'nanoid'
import type { Logger } from 'pino'
import type { Problem } from '../../../contract/problem.ts'
import { ProblemError } from '../../../domain/problem-error.ts'

/** The problem in whatever was thrown. A defect becomes INTERNAL with a reference, and its stack goes to the log. */
export function toProblem(log: Logger, error: unknown): Problem {
  if (error instanceof ProblemError) {
    // Several steps failed, and only the first is answered.
    if (error.cause instanceof AggregateError) log.warn({ err: error.cause }, 'several steps failed')
    return error.problem
  }
  const reference = nanoid(8)
  log.error({ err: error, reference }, 'unexpected failure')
  return { code: 'INTERNAL', details: { reference } }
}
