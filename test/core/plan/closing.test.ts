import { describe, expect, it } from 'vitest'
import {
  describeClosing,
  describeLeft,
  letsIn,
  parseClosing,
  withoutClosed,
  withoutLeft,
  withoutLetIn,
} from '../../../src/core/plan/closing.ts'

const entry = (cidr: string, label = '') => ({ cidr, label })

describe('what an operation takes away', () => {
  it.each([
    [
      'a revocation',
      {
        kind: 'tenant revoke',
        before: { allow: [entry('203.0.113.7/32'), entry('198.51.100.0/24')], revision: 12 },
        after: { allow: [entry('198.51.100.0/24')] },
      },
      { kind: 'tenant revoke', cidrs: ['203.0.113.7/32'], asOf: 12 },
    ],
    [
      'a revocation of a store without revisions in its log',
      { kind: 'tenant revoke', before: { allow: [entry('203.0.113.7/32')] }, after: { allow: [] } },
      { kind: 'tenant revoke', cidrs: ['203.0.113.7/32'], asOf: null },
    ],
    [
      'a suspension',
      { kind: 'tenant suspend', before: { open: true, revision: 3 }, after: { open: false } },
      { kind: 'tenant suspend', cidrs: null, asOf: 3 },
    ],
    [
      'a delete goes on whatever was written since',
      { kind: 'tenant delete', before: { port: 20000, revision: 3 }, after: null },
      { kind: 'tenant delete', cidrs: null, asOf: null },
    ],
    [
      'an allow takes nothing away',
      { kind: 'tenant allow', before: { allow: [] }, after: { allow: [] } },
      null,
    ],
    [
      'a log that holds something else',
      { kind: 'tenant revoke', before: 'x', after: [1] },
      { kind: 'tenant revoke', cidrs: [], asOf: null },
    ],
  ])('%s', (_what, operation, expected) => {
    expect(parseClosing(operation)).toEqual(expected)
  })
})

describe('what a change may still write', () => {
  const wanted = { open: true, allow: [entry('203.0.113.7/32', 'office'), entry('198.51.100.0/24')] }
  it.each([
    ['nothing was taken away', { open: true, allow: wanted.allow }, wanted],
    [
      'an entry was revoked meanwhile',
      { open: true, allow: [entry('198.51.100.0/24', 'renamed')] },
      { open: true, allow: [entry('198.51.100.0/24')] },
    ],
    ['it was suspended meanwhile', { open: false, allow: wanted.allow }, { ...wanted, open: false }],
    [
      'never wider than what was wanted',
      { open: true, allow: [...wanted.allow, entry('192.0.2.1/32')] },
      wanted,
    ],
  ])('%s', (_what, stored, expected) => {
    expect(withoutClosed(wanted, stored)).toEqual(expected)
  })
})

describe('a closing in words', () => {
  it.each([
    [
      { kind: 'tenant revoke', cidrs: ['203.0.113.7/32'] },
      'revoke 203.0.113.7/32 of acme',
      'revoking 203.0.113.7/32 of acme',
    ],
    [
      { kind: 'tenant revoke', cidrs: ['a', 'b', 'c', 'd'] },
      'revoke 4 entries of acme',
      'revoking 4 entries of acme',
    ],
    [{ kind: 'tenant suspend', cidrs: null }, 'suspend acme', 'suspending acme'],
    [{ kind: 'tenant delete', cidrs: null }, 'delete acme', 'deleting acme'],
  ] as const)('%o', (closing, infinitive, gerund) => {
    expect(describeClosing(closing, 'acme', 'infinitive')).toBe(infinitive)
    expect(describeClosing(closing, 'acme', 'gerund')).toBe(gerund)
  })
})

describe('a change that is not confirmed', () => {
  const [mine, others] = [entry('203.0.113.7/32', 'new label'), entry('198.51.100.9/32')]
  const closes = { mine: [mine.cidr], whole: null } as const
  it.each([
    ['allow', { allow: [] }, { allow: [mine] }, { mine: true, whole: false }],
    ['allow', { allow: [] }, { allow: [others] }, { mine: false, whole: false }],
    // Its host counts an entry from when it first had it, also under another label.
    ['allow', { allow: [entry(mine.cidr)] }, { allow: [mine] }, { mine: false, whole: false }],
    ['resume', { open: false }, { open: true }, { mine: false, whole: true }],
    ['resize', { memoryMb: 64 }, { memoryMb: 128 }, { mine: false, whole: false }],
    ['revoke', { allow: [mine] }, { allow: [] }, { mine: false, whole: false }],
    ['restore', null, null, { mine: true, whole: true }],
  ])('lets in what is to be taken away, or does not: %s of %j to %j', (verb, before, after, expected) => {
    const operation = { kind: `tenant ${verb}`, before, after }
    const found = { mine: letsIn(operation, closes.mine), whole: letsIn(operation, closes.whole) }
    expect(found).toEqual(expected)
  })
})

describe('what a closing has left', () => {
  it.each([
    [[], []],
    [['203.0.113.7/32'], [expect.stringContaining('let in 203.0.113.7/32 to acme')]],
    [
      ['203.0.113.7/32', '203.0.113.8/32'],
      [expect.stringMatching(/revoking them .* They stay: revoke them again/)],
    ],
    [['*'], [expect.stringContaining('suspend it again')]],
    [
      ['203.0.113.7/32', '*'],
      [expect.stringContaining('revoke it'), expect.stringContaining('resumed acme')],
    ],
  ])('%j', (left, told) => {
    expect(describeLeft('acme', left)).toEqual(told)
  })
})

it('of a revocation in the log, an entry that was left is not taken away', () => {
  const [taken, left] = [entry('203.0.113.7/32'), entry('203.0.113.8/32')]
  const before = withoutLeft({ allow: [taken, left], revision: 12 }, [left.cidr])
  const closing = parseClosing({ kind: 'tenant revoke', before, after: { allow: [] } })
  expect(closing).toMatchObject({ cidrs: [taken.cidr], asOf: 12 })
  expect(withoutLeft(null, [left.cidr])).toBeNull()
})

describe('an access without whom changes that came to nothing were to let in', () => {
  const access = { open: true, allow: [entry('203.0.113.7/32'), entry('198.51.100.0/24')] }

  it('has no entry that one of them added, and keeps what it only labelled', () => {
    const allow = {
      kind: 'tenant allow',
      before: { allow: [entry('198.51.100.0/24')] },
      after: { allow: [entry('198.51.100.0/24', 'office'), entry('203.0.113.7/32')] },
    }
    expect(withoutLetIn(access, [allow])).toEqual({ open: true, allow: [entry('198.51.100.0/24')] })
  })

  it('lets nobody in where one of them was to resume it', () => {
    const resume = { kind: 'tenant resume', before: { open: false }, after: { open: true } }
    expect(withoutLetIn(access, [resume])).toEqual({ ...access, open: false })
  })

  it('is the same after any other', () => {
    const resize = { kind: 'tenant resize', before: { memoryMb: 64 }, after: { memoryMb: 32 } }
    expect(withoutLetIn(access, [resize])).toEqual(access)
  })
})
