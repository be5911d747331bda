import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AllowEntry } from '../../src/contract/allowlist.ts'
import { covers } from '../../src/domain/address.ts'
import { parseAllowInputs, parseRevocations, withAllowed, withRevoked } from '../../src/domain/allowlist.ts'
import { problemOf } from './problem-of.ts'

const entry = (cidr: string, label = ''): AllowEntry => ({ cidr, label })

/** From a small world, so that entries meet and cover each other. */
const someEntry: fc.Arbitrary<AllowEntry> = fc.record({
  cidr: fc.constantFrom(
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.3/32',
    '10.2.0.0/16',
    '203.0.113.7/32',
    '2001:db8::/32',
    '2001:db8::7/128',
    '0.0.0.0/0',
    '::/0',
  ),
  label: fc.constantFrom('', 'office', 'home'),
})
const someList = fc.array(someEntry, { maxLength: 6 })
/** A list as it is kept: no entry twice. */
const keptList = someList.map((entries) => withAllowed([], entries))

describe('what the operator writes', () => {
  it('becomes entries in their stored form', () => {
    expect(
      parseAllowInputs([
        { cidr: '203.0.113.7', label: ' Büro ' },
        { cidr: ' Anyone ' },
        { cidr: '2001:DB8::/32', label: '' },
      ]),
    ).toEqual([
      entry('203.0.113.7/32', 'Büro'),
      { cidr: '0.0.0.0/0' },
      { cidr: '::/0' },
      entry('2001:db8::/32'),
    ])
  })

  it('has labels in NFC', () => {
    expect(parseAllowInputs([{ cidr: '10.0.0.1', label: 'Bu\u0308ro' }])).toEqual([
      entry('10.0.0.1/32', 'B\u00fcro'),
    ])
  })

  it.each([
    'a\nb',
    'a\u0000b',
    '\u001b[31mred',
    'a\u007fb',
    'a\u0085b',
    '\u202eeciffo',
    'a\u2067b',
    '\u200fa',
  ])('is refused with the label %j', (label) => {
    expect(problemOf(() => parseAllowInputs([{ cidr: '10.0.0.1', label }]))).toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'label' },
    })
  })

  it('is refused as a whole when one address is not usable', () => {
    expect(problemOf(() => parseAllowInputs([{ cidr: '10.0.0.1' }, { cidr: '10.0.0' }]))).toMatchObject({
      code: 'ADDRESS_INVALID',
      details: { given: '10.0.0', untouched: true },
    })
    expect(problemOf(() => parseAllowInputs([{ cidr: '10.0.0' }]))).not.toHaveProperty('details.untouched')
  })

  it('means the same when it is revoked', () => {
    expect(parseRevocations(['203.0.113.7', 'anyone'])).toEqual(['203.0.113.7/32', '0.0.0.0/0', '::/0'])
    // As the list shows it, and as the advice on a covered entry names it.
    expect(parseRevocations(['203.0.113.7', ' ::/0', '0.0.0.0/0'])).toEqual([
      '::/0',
      '0.0.0.0/0',
      '203.0.113.7/32',
    ])
  })
})

describe('allowing', () => {
  it('adds behind what is there, in the order given', () => {
    expect(withAllowed([entry('10.0.0.2/32')], [entry('10.0.0.3/32'), entry('10.0.0.1/32')])).toEqual([
      entry('10.0.0.2/32'),
      entry('10.0.0.3/32'),
      entry('10.0.0.1/32'),
    ])
  })

  it.each([
    ['a label given takes the place of the old one', 'home', 'home'],
    ['no label given leaves the old one', undefined, 'office'],
    ['an empty label takes the old one away', '', ''],
  ])('an entry that is there: %s', (_, given, expected) => {
    const list = [entry('10.0.0.1/32', 'office'), entry('10.0.0.2/32')]
    const added = given === undefined ? { cidr: '10.0.0.1/32' } : entry('10.0.0.1/32', given)
    expect(withAllowed(list, [added])).toEqual([entry('10.0.0.1/32', expected), entry('10.0.0.2/32')])
  })

  it('takes 1,000 entries and not one more', () => {
    const many = Array.from({ length: 1001 }, (_, index) => entry(`10.0.${index >> 8}.${index & 255}/32`))
    expect(withAllowed([], many.slice(1))).toHaveLength(1000)
    expect(withAllowed(many.slice(1), many.slice(1))).toHaveLength(1000)
    expect(problemOf(() => withAllowed(many.slice(1), many.slice(0, 1)))).toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'allowlist', given: '1001 entries' },
    })
  })

  it('twice is like once, keeps every entry, and none is there twice', () => {
    fc.assert(
      fc.property(keptList, someList, (list, added) => {
        const once = withAllowed(list, added)
        const cidrs = once.map(({ cidr }) => cidr)
        expect(withAllowed(once, added)).toEqual(once)
        expect(new Set(cidrs)).toEqual(new Set([...list, ...added].map(({ cidr }) => cidr)))
        expect(new Set(cidrs).size).toBe(cidrs.length)
        expect(cidrs.slice(0, list.length)).toEqual(list.map(({ cidr }) => cidr))
      }),
    )
  })
})

describe('revoking', () => {
  const list = [
    entry('10.0.0.0/8', 'all'),
    entry('10.1.2.3/32'),
    entry('203.0.113.7/32', 'office'),
    entry('::/0'),
  ]

  it('takes away what is named and leaves the rest in order', () => {
    expect(withRevoked('acme', list, ['203.0.113.7/32', '::/0'])).toEqual([
      entry('10.0.0.0/8', 'all'),
      entry('10.1.2.3/32'),
    ])
  })

  it('of an entry together with the wider one that covers it is fine', () => {
    expect(withRevoked('acme', list, ['10.1.2.3/32', '10.0.0.0/8'])).toEqual(list.slice(2))
  })

  it('of the same twice in one go is fine', () => {
    expect(withRevoked('acme', list, ['::/0', '::/0'])).toEqual(list.slice(0, 3))
  })

  it.each([
    ['on the list', '10.1.2.3/32', '10.0.0.0/8'],
    ['not on the list', '10.9.0.0/16', '10.0.0.0/8'],
    ['over IPv6', '2001:db8::/32', '::/0'],
  ])('fails and names the wider entry: %s', (_, cidr, by) => {
    expect(problemOf(() => withRevoked('acme', list, [cidr]))).toEqual({
      code: 'ENTRY_COVERED',
      details: { tenant: 'acme', cidr, by },
    })
  })

  it('says that the others are left, too', () => {
    expect(problemOf(() => withRevoked('acme', list, ['192.0.2.9/32', '10.1.2.3/32']))).toMatchObject({
      code: 'ENTRY_COVERED',
      details: { cidr: '10.1.2.3/32', untouched: true },
    })
  })

  it('of one that is not there, leaves the list as it is', () => {
    expect(withRevoked('acme', list, ['203.0.113.0/24'])).toEqual(list)
  })

  it('leaves nothing that lets a revoked address in, and changes no list that it was given', () => {
    fc.assert(
      fc.property(
        keptList,
        fc.array(
          someEntry.map(({ cidr }) => cidr),
          { maxLength: 3 },
        ),
        (kept, revoked) => {
          const before = structuredClone(kept)
          let rest: AllowEntry[] | undefined
          const problem = problemOf(() => {
            rest = withRevoked('acme', kept, revoked)
          })
          expect(kept).toEqual(before)
          if (rest === undefined) {
            expect(problem?.code).toBe('ENTRY_COVERED')
            return
          }
          expect(rest).toEqual(kept.filter(({ cidr }) => !revoked.includes(cidr)))
          for (const cidr of revoked) expect(rest.filter((other) => covers(other.cidr, cidr))).toEqual([])
        },
      ),
    )
  })
})
