import { describe, expect, it } from 'vitest'
import { filterMarks } from '../../src/contract/filter-fault.ts'
import type { Drift } from '../../src/core/host/describe-drift.ts'
import { describeFilterFault, type FilterFacts, judgeFilter } from '../../src/domain/filter-fault.ts'
import { entries, noEntries } from './observations.ts'

const none: Drift = { surplus: noEntries, missing: noEntries }
const drift: Drift = { ...none, surplus: entries('192.0.2.9/32') }
const well: FilterFacts = {
  ...{ configured: true, condition: 'ok', bothBackends: false, baseInPlace: true, unread: null },
  ...{ drift: none, openPaths: [], unwritable: null, filterOnly: { damaged: false, tenants: [] } },
}
const full = { unwritable: 'its disk is full' }
const lost = { filterOnly: { damaged: true, tenants: [] } }
const path = '/var/lib/memharbor'
const unread = { baseInPlace: false, unread: 'iptables-save could not be started' }
const damaged: FilterFacts = { ...well, configured: false, condition: 'damaged' }

describe('a filter', () => {
  it.each([
    ['as it should be', well, null],
    ['that another program took away', { ...well, baseInPlace: false, drift }, { kind: 'open' }],
    ['that was never made', { ...well, configured: false }, { kind: 'open' }],
    ['whose records are damaged', damaged, { kind: 'damaged', condition: 'damaged', letIn: 0 }],
    ['that is open and whose records are damaged', { ...damaged, baseInPlace: false }, { kind: 'open' }],
    ['that could not be read', { ...well, ...unread }, { kind: 'unread', reason: unread.unread }],
    [
      'that was never made, nor read',
      { ...well, ...unread, configured: false, condition: 'absent' },
      { kind: 'open' },
    ],
    ['with other entries', { ...well, ...full, drift }, { kind: 'drifted', drift }],
    [
      'whose disk takes nothing',
      { ...well, ...full },
      { kind: 'held', hold: { kind: 'unwritable', reason: full.unwritable } },
    ],
    [
      'whose list of closings is lost',
      { ...well, ...full, ...lost },
      { kind: 'held', hold: { kind: 'lost' } },
    ],
    [
      'whose state others can write',
      { ...well, ...lost, openPaths: [path] },
      { kind: 'held', hold: { kind: 'open-path', path } },
    ],
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
    [
      { kind: 'held', hold: { kind: 'unwritable', reason: 'its disk is full' } },
      /on web1 cannot be written: its disk is full\. Nobody can be let in; .* Look at the host's check/,
    ],
    [{ kind: 'held', hold: { kind: 'open-path', path } }, /on web1 can be changed by others .* nobody more/],
    [{ kind: 'held', hold: { kind: 'lost' } }, /on web1 is damaged: .* lets nobody in who is not in/],
    [{ kind: 'drifted', drift }, /of web1 has 2 entries that no record has\. Prepare/],
    [
      { kind: 'drifted', drift: { surplus: entries('192.0.2.9/32'), missing: { ...noEntries, count: 1 } } },
      /of web1 has 2 entries that no record has and lacks 1 entry that the records have\. Prepare/,
    ],
  ] as const)('%o is told', (fault, words) => {
    expect(describeFilterFault('web1', fault)).toMatch(words)
  })
})

it('a host with damaged records is not said to be closed before its timer has closed it', () => {
  const told = describeFilterFault('web1', { kind: 'damaged', condition: 'damaged', letIn: 2 })
  expect(told).toContain('will be closed to everybody')
  expect(filterMarks.damaged).toMatch(/^closed within 30 s:/)
})
