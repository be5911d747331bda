import { dialog } from 'electron'
import { describeProblem } from '../../domain/describe-problem.ts'
import { ProblemError } from '../../domain/problem-error.ts'

/** Says why the panel cannot start, in a dialog and, for those who started it from a terminal, on standard error. */
export function reportStartProblem(error: unknown): void {
  const text = describeStartProblem(error)
  process.stderr.write(`${text}\n`)
  dialog.showErrorBox('Memharbor cannot start', text)
}

function describeStartProblem(error: unknown): string {
  if (error instanceof ProblemError) {
    const { message, advice } = describeProblem(error.problem)
    return `${message} ${advice}`
  }
  return `Something went wrong inside Memharbor: ${error instanceof Error ? error.message : String(error)}`
}
