import { expect, it } from 'vitest'
import type { PutBackDifference } from '../../../src/core/plan/put-back.ts'
import { findNarrowRange } from '../../../src/core/plan/range-for-recovery.ts'

const inForce = { from: 20_000, to: 20_009 }
const wide = { from: 20_000, to: 20_099 }
const known = [
  { id: 'a', port: 20_003 },
  { id: 'b', port: 20_014 },
  { id: 'c', port: null },
]
const difference = (
  tenantId: string,
  kind: PutBackDifference['kind'],
  fields: readonly string[] = [],
): PutBackDifference => ({ tenantId, name: `tenant ${tenantId}`, kind, fields })

it.each([
  ['a lost tenant with its port inside', [difference('a', 'lost')], wide, null],
  ['one that gets no port', [difference('c', 'lost')], wide, null],
  ['one that goes', [difference('b', 'returned')], wide, null],
  ['another name', [difference('b', 'differs', ['name'])], wide, null],
  ['a lost tenant with its port outside', [difference('b', 'lost')], wide, wide],
  ['one that moved', [difference('b', 'differs', ['name', 'port'])], wide, wide],
  ['a usual range that was put back, too', [difference('b', 'lost')], inForce, { from: 20_000, to: 20_014 }],
] as const)('whether a range that was put back is too narrow: %s', (_, differences, usual, fitting) => {
  const expected = fitting === null ? null : { tenants: ['tenant b'], inForce, fitting }
  expect(findNarrowRange(known, differences, inForce, usual)).toEqual(expected)
})
