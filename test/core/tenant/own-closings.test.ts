import { expect, it } from 'vitest'
import { withoutOwn } from '../../../src/core/tenant/own-closings.ts'

it.each([
  ['without one', [], ['203.0.113.7/32', '*']],
  ['an entry', [{ cidrs: ['203.0.113.7/32', '192.0.2.1/32'] }], ['*']],
  ['a whole tenant, as operations have it', [{ cidrs: null }], ['203.0.113.7/32']],
  ['a whole tenant, as tenants have it', [{ cidrs: [] }], ['203.0.113.7/32']],
] as const)('closings in the filter alone, but for those that are tried again here: %s', (_, own, left) => {
  expect(withoutOwn(['203.0.113.7/32', '*'], own)).toEqual(left)
})
