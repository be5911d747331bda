import { describe, expect, it } from 'vitest'
import { describeFilterFault, judgeFilter } from '../../src/domain/filter-fault.ts'

const well = { configured: true, bothBackends: false, baseInPlace: true, driftCount: 0 }

describe('a filter', () => {
  it.each([
    ['as it should be', well, null],
    ['that another program took away', { ...well, baseInPlace: false, driftCount: 2 }, { kind: 'open' }],
    ['that was never made', { ...well, configured: false }, { kind: 'open' }],
    ['with other entries', { ...well, driftCount: 2 }, { kind: 'drifted', entries: 2 }],
    [
      'beside rules of the other backend',
      { ...well, bothBackends: true, baseInPlace: false },
      { kind: 'unclear' },
    ],
  ])('%s', (_, facts, fault) => {
    expect(judgeFilter(facts)).toEqual(fault)
  })

  it.each([
    [{ kind: 'open' }, /web1 is not in place: anybody can reach/],
    [{ kind: 'unclear' }, /backends of web1/],
    [{ kind: 'drifted', entries: 1 }, /in 1 entry\./],
    [{ kind: 'drifted', entries: 2 }, /in 2 entries\./],
  ] as const)('%o is told', (fault, words) => {
    expect(describeFilterFault('web1', fault)).toMatch(words)
  })
})
