import { expect, it } from 'vitest'
import { type ChangeableTenant, listChanges } from '../../../src/core/tenant/list-changes.ts'

const office = { cidr: '198.51.100.0/24', label: 'office' }
const home = { cidr: '203.0.113.7/32', label: '' }
const tenant: ChangeableTenant = {
  ...{ name: 'acme', open: true, port: 20_000, memoryMb: 64, maxConnections: 1024 },
  ...{ allow: [office, home], notes: 'pays', tags: ['gold', 'eu'] },
}

it.each([
  ['nothing', {}, []],
  ['another order', { allow: [home, office], tags: ['eu', 'gold'] }, []],
  ['suspended', { open: false }, [['tenant suspend', { open: true }, { open: false }]]],
  ['renamed', { name: 'acme ltd' }, [['tenant rename', { name: 'acme' }, { name: 'acme ltd' }]]],
  ['revoked', { allow: [office] }, [['tenant revoke', { allow: [office, home] }, { allow: [office] }]]],
  [
    'another label',
    { allow: [{ ...office, label: 'Berlin' }, home] },
    [['tenant allow', { allow: [office, home] }, { allow: [{ ...office, label: 'Berlin' }, home] }]],
  ],
  ['notes alone', { notes: '' }, [['tenant annotate', { notes: 'pays' }, { notes: '' }]]],
  [
    'several at once',
    { memoryMb: 128, maxConnections: 64, port: 20_001, tags: [] },
    [
      ['tenant resize', { memoryMb: 64 }, { memoryMb: 128 }],
      ['tenant limit', { maxConnections: 1024 }, { maxConnections: 64 }],
      ['tenant move', { port: 20_000 }, { port: 20_001 }],
      ['tenant annotate', { tags: ['gold', 'eu'] }, { tags: [] }],
    ],
  ],
] as const)('changes that make one tenant of another: %s', (_, change, expected) => {
  const found = listChanges(tenant, { ...tenant, ...change })
  expect(found.map(({ kind, before, after }) => [kind, before, after])).toEqual(expected)
})

it('an address that is let in beside one that is shut out counts as let in', () => {
  const after = { ...tenant, allow: [{ cidr: '192.0.2.1/32', label: '' }] }
  expect(listChanges(tenant, after).map(({ kind }) => kind)).toEqual(['tenant allow'])
})
