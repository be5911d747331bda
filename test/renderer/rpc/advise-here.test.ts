import { expect, test } from 'vitest'
import { describeProblem } from '../../../src/domain/describe-problem.ts'
import { adviseHere } from '../../../src/renderer/rpc/advise-here.ts'
import { sampleProblems } from '../../domain/problem-samples.ts'

/** Problems that only a command can put right: their advice has to name one. */
const byCommand: readonly string[] = ['NO_PORT_LEFT', 'RANGE_PUT_BACK', 'STORE_UNUSABLE']

test('the page does not tell anybody to type a command of the command line', () => {
  for (const problem of sampleProblems) {
    if (byCommand.includes(problem.code)) continue
    const { advice } = describeProblem(problem)
    expect(adviseHere(problem.code, advice)).not.toMatch(/--\w|`(memharbor|host) /)
  }
})
