import { expect, it } from 'vitest'
import { type Access, takesOnlyAway } from '../../../src/core/tenant/takes-away.ts'

const [office, home] = [
  { cidr: '203.0.113.7/32', label: 'office' },
  { cidr: '198.51.100.0/24', label: '' },
]
const before: Access = { port: 20_000, network: 1, open: true, allow: [office, home] }

it.each<[what: string, before: Access | undefined, change: Partial<Access>, only: boolean]>([
  ['nothing changes', before, {}, true],
  ['an entry goes', before, { allow: [home] }, true],
  ['all go', before, { allow: [] }, true],
  ['it is suspended', before, { open: false }, true],
  ['a label changes', before, { allow: [{ ...office, label: 'desk' }, home] }, true],
  ['an entry comes', { ...before, allow: [home] }, {}, false],
  ['one goes and one comes', { ...before, allow: [home] }, { allow: [office] }, false],
  ['an entry gets wider', before, { allow: [{ cidr: '203.0.113.0/24', label: '' }] }, false],
  ['it is resumed', { ...before, open: false }, {}, false],
  ['another port', before, { port: 20_001 }, false],
  ['another network', before, { network: 2 }, false],
  ['a tenant that is not there', undefined, {}, false],
])('%s', (_what, present, change, only) => {
  expect(takesOnlyAway(present, { ...before, ...change })).toBe(only)
})
