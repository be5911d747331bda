import { afterEach, type RunnerTestCase } from 'vitest'

/** How each step of a row ended: `held`, `failed`, or `not run` after one that it needs had failed. */
export interface StepResults {
  /** Cells for all steps in their order. */
  cells(): Readonly<Record<string, string>>
  /** Adds what a step has measured to its cell. */
  note(step: string, text: string): void
}

const wordOf = (result: RunnerTestCase['result']): string => {
  if (result?.state === 'pass') return 'held'
  return result?.state === 'fail' ? 'failed' : 'not run'
}

/** Collects how the tests of the suite end that calls it; each is named as its column. */
export const collectSteps = (steps: readonly string[]): StepResults => {
  const words = new Map<string, string>()
  const notes = new Map<string, string>()
  afterEach(({ task }) => {
    words.set(task.name, wordOf(task.result))
  })
  return {
    cells: () =>
      Object.fromEntries(
        steps.map((step) => {
          const note = notes.get(step)
          return [step, `${words.get(step) ?? 'not run'}${note === undefined ? '' : `: ${note}`}`]
        }),
      ),
    note: (step, text) => {
      notes.set(step, text)
    },
  }
}
