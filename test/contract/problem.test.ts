import { describe, expect, it } from 'vitest'
import { problemDetails } from '../../src/contract/problem.ts'
import { procedure } from '../../src/contract/procedure.ts'
import { contract } from '../../src/contract/router.ts'
import { describeProblem } from '../../src/domain/describe-problem.ts'
import { sampleProblems } from '../domain/problem-samples.ts'

interface Declared {
  readonly '~orpc': {
    readonly errorMap: Readonly<Record<string, { data: { parse(value: unknown): unknown } } | undefined>>
  }
}
const isProcedure = (value: object): value is Declared => '~orpc' in value

/** Every procedure of the contract with its path, like `tenant.create`. */
const listProcedures = (node: object, path: string): [string, Declared][] =>
  isProcedure(node)
    ? [[path, node]]
    : Object.entries(node).flatMap(([key, child]) =>
        listProcedures(child, path === '' ? key : `${path}.${key}`),
      )

const codes = Object.keys(problemDetails).sort()

describe('problems in the contract', () => {
  it.each(listProcedures(contract, ''))('%s may fail with any of them', (_, declared) => {
    expect(Object.keys(declared['~orpc'].errorMap).sort()).toEqual(codes)
  })

  it.each(sampleProblems.map((problem) => [problem.code, problem] as const))(
    '%s crosses it with its advice',
    (code, problem) => {
      const { advice, retryable } = describeProblem(problem)
      const data = { details: problem.details, advice, retryable }
      const { errorMap } = (procedure as unknown as Declared)['~orpc']
      expect(errorMap[code]?.data.parse(data)).toEqual(data)
      expect(() => errorMap[code]?.data.parse({ ...data, details: { other: 1 } })).toThrow()
    },
  )
})
