import { describe, expect, it } from 'vitest'
import { describeFilterFault, type FilterFacts, judgeFilter } from '../../src/domain/filter-fault.ts'

const well: FilterFacts = {
  ...{ configured: true, condition: 'ok', bothBackends: false, baseInPlace: true, unread: null },
  driftCount: 0,
}
const unread = { baseInPlace: false, unread: 'iptables-save could not be started' }
const damaged: FilterFacts = { ...well, configured: false, condition: 'damaged' }

describe('a filter', () => {
  it.each([
    ['as it should be', well, null],
    ['that another program took away', { ...well, baseInPlace: false, driftCount: 2 }, { kind: 'open' }],
    ['that was never made', { ...well, configured: false }, { kind: 'open' }],
    ['whose records are damaged', damaged, { kind: 'damaged', condition: 'damaged', letIn: 0 }],
    ['that is open and whose records are damaged', { ...damaged, baseInPlace: false }, { kind: 'open' }],
    ['that could not be read', { ...well, ...unread }, { kind: 'unread', reason: unread.unread }],
    [
      'that was never made, nor read',
      { ...well, ...unread, configured: false, condition: 'absent' },
      { kind: 'open' },
    ],
    ['with other entries', { ...well, driftCount: 2 }, { kind: 'drifted', entries: 2 }],
    [
      'beside rules of the other backend',
      { ...well, bothBackends: true, baseInPlace: false },
      { kind: 'unclear' },
    ],
  ] as const)('%s', (_, facts, fault) => {
    expect(judgeFilter(facts)).toEqual(fault)
  })

  it.each([
    [{ kind: 'open' }, /web1 is not in place: anybody can reach/],
    [{ kind: 'unread', reason: 'it ended' }, /web1 could not be read \(it ended\), so it is not known/],
    [{ kind: 'unclear' }, /backends of web1/],
    [
      { kind: 'damaged', condition: 'damaged', letIn: 0 },
      /web1 .* is damaged: its ports are closed to every/,
    ],
    [{ kind: 'damaged', condition: 'newer', letIn: 3 }, /newer helper wrote .* by the next round/],
    [{ kind: 'drifted', entries: 1 }, /in 1 entry\./],
    [{ kind: 'drifted', entries: 2 }, /in 2 entries\./],
  ] as const)('%o is told', (fault, words) => {
    expect(describeFilterFault('web1', fault)).toMatch(words)
  })
})
