import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Access, planClosing } from '../../../src/core/plan/plan-closing.ts'

const [office, home, everybody] = ['203.0.113.0/24', '203.0.113.7/32', '0.0.0.0/0']
const list = (...cidrs: string[]) => cidrs.map((cidr) => ({ cidr, label: `label of ${cidr}` }))

const cases: readonly (readonly [string, Access, string[] | null, Access, string[]])[] = [
  [
    'an entry',
    { open: true, allow: list(office, home) },
    [home],
    { open: true, allow: list(office) },
    [home],
  ],
  [
    'all entries, in the order of the list',
    { open: true, allow: list(office, home) },
    [home, office],
    { open: true, allow: [] },
    [office, home],
  ],
  [
    'a wider entry alone: what is inside of it stays',
    { open: true, allow: list(everybody, home) },
    [everybody],
    { open: true, allow: list(home) },
    [everybody],
  ],
  [
    'an address that only a wider entry covers',
    { open: true, allow: list(office) },
    [home],
    { open: true, allow: list(office) },
    [],
  ],
  [
    'an entry twice',
    { open: true, allow: list(office) },
    [office, office],
    { open: true, allow: [] },
    [office],
  ],
  [
    'an entry of a suspended tenant',
    { open: false, allow: list(office) },
    [office],
    { open: false, allow: [] },
    [office],
  ],
  ['nothing', { open: true, allow: list(office) }, [], { open: true, allow: list(office) }, []],
  ['the tenant', { open: true, allow: list(office) }, null, { open: false, allow: list(office) }, ['*']],
  ['the tenant twice', { open: false, allow: list(office) }, null, { open: false, allow: list(office) }, []],
]

describe('planClosing', () => {
  it.each(cases)('closes %s', (_, record, cidrs, left, closed) => {
    expect(planClosing(record, cidrs)).toEqual({ ...left, closed })
  })

  it('never adds anything, and is done at once', () => {
    const cidr = fc.constantFrom(office, home, everybody, '::/0', '2001:db8::/32')
    const access = fc.record({
      open: fc.boolean(),
      allow: fc.uniqueArray(cidr).map((cidrs) => list(...cidrs)),
    })
    fc.assert(
      fc.property(access, fc.option(fc.array(cidr)), (record, cidrs) => {
        const plan = planClosing(record, cidrs)
        expect(record.allow).toEqual(expect.arrayContaining([...plan.allow]))
        expect(plan.open && !record.open).toBe(false)
        expect(planClosing(plan, cidrs)).toEqual({ ...plan, closed: [] })
      }),
    )
  })
})
