import { expect, it } from 'vitest'
import { parseClosing } from '../../../src/core/plan/closing.ts'
import { type Json, withoutKept } from '../../../src/core/tenant/changed-entries.ts'

const entry = (cidr: string, label = ''): Json => ({ cidr, label })
const [office, home, lab] = [
  entry('203.0.113.7/32', 'office'),
  entry('2001:db8::/64'),
  entry('198.51.100.0/24'),
]

it.each<[string, Json, Json, Json, Json]>([
  ['one that comes', { allow: [office] }, { allow: [office, home] }, { allow: [] }, { allow: [home] }],
  ['one that goes', { allow: [office, home] }, { allow: [office] }, { allow: [home] }, { allow: [] }],
  [
    'one that gets another label',
    { allow: [lab, home] },
    { allow: [entry('198.51.100.0/24', 'lab'), home] },
    { allow: [lab] },
    { allow: [entry('198.51.100.0/24', 'lab')] },
  ],
  [
    'other values beside the list',
    { allow: [office], revision: 12 },
    { allow: [office, lab], open: true },
    { allow: [], revision: 12 },
    { allow: [lab], open: true },
  ],
  ['no list at all', { port: 20_000 }, { port: 20_001 }, { port: 20_000 }, { port: 20_001 }],
  ['a list on one side', { allow: [office] }, null, { allow: [office] }, null],
  ['values that are no records', ['a'], 'b', ['a'], 'b'],
])('keeps of an operation what changed: %s', (_, before, after, was, became) => {
  expect(withoutKept({ before, after })).toEqual({ before: was, after: became })
})

it('leaves what a revocation takes away', () => {
  const whole = { before: { allow: [office, home, lab], revision: 12 }, after: { allow: [home] } }
  const closing = { kind: 'tenant revoke', cidrs: ['203.0.113.7/32', '198.51.100.0/24'], asOf: 12 }
  expect(parseClosing({ kind: 'tenant revoke', ...whole })).toEqual(closing)
  expect(parseClosing({ kind: 'tenant revoke', ...withoutKept(whole) })).toEqual(closing)
})
