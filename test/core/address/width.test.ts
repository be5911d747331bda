import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { notPublic } from '../../../src/core/address/special-range.ts'
import {
  countCovered,
  describeShare,
  describeWidening,
  isOpenToAnyone,
  judgeWidening,
} from '../../../src/core/address/width.ts'
import { parseCidr } from '../../../src/domain/address.ts'

/** Every IPv4 range of a length, or those of it that are given. */
const slash8 = (...firsts: number[]): string[] => firsts.map((first) => `${first}.0.0.0/8`)
const firstsFrom = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('everybody', () => {
  it.each<[what: string, cidrs: string[], open: boolean]>([
    ['nobody', [], false],
    ['an address', ['203.0.113.7/32'], false],
    ['all of IPv4', ['0.0.0.0/0'], true],
    ['all of IPv6', ['203.0.113.7/32', '::/0'], true],
    ['two halves', ['0.0.0.0/1', '128.0.0.0/1'], true],
    ['two halves of IPv6', ['::/1', '8000::/1'], true],
    ['a half of each family', ['0.0.0.0/1', '8000::/1'], false],
    ['the same half twice, by itself and in pieces', ['0.0.0.0/1', '0.0.0.0/2', '64.0.0.0/2'], false],
    ['in 256 pieces', slash8(...firstsFrom(0, 255)), true],
    ['in 256 pieces but for one', slash8(...firstsFrom(0, 7), ...firstsFrom(9, 255)), false],
    ['all but private and reserved ranges', slash8(...firstsFrom(1, 9), ...firstsFrom(11, 223)), true],
    ['all that was ever given out of IPv6', ['2000::/3'], true],
    ['half of that', ['2000::/4'], false],
    ['only what nobody has', [...notPublic], false],
  ])('%s', (_, cidrs, open) => {
    expect(isOpenToAnyone(cidrs)).toBe(open)
  })
})

describe('a change', () => {
  it.each<[before: string[], added: string[], sentence: string | undefined]>([
    [[], [], undefined],
    [[], ['203.0.113.7/32', '2001:db8::/32'], undefined],
    [[], ['20.0.0.0/8'], undefined],
    [[], ['2a00::/16'], undefined],
    [[], ['20.0.0.0/7'], 'The allowlist would cover 0.78 % of all IPv4 addresses.'],
    [
      [],
      ['2a00::/15'],
      'The allowlist would cover 0.0031 % of all IPv6 addresses, of which an eighth is in use.',
    ],
    [[], ['20.0.0.0/8', '203.0.113.7/32'], 'The allowlist would cover 0.39 % of all IPv4 addresses.'],
    [['20.0.0.0/8'], ['203.0.113.7/32'], 'The allowlist would cover 0.39 % of all IPv4 addresses.'],
    [['20.0.0.0/8'], ['20.1.2.3/32'], undefined],
    [['0.0.0.0/1'], ['203.0.113.7/32', '20.0.0.0/7'], undefined],
    [['0.0.0.0/1'], ['200.0.0.0/8'], undefined],
    [['0.0.0.0/1', '200.0.0.0/8'], ['200.0.0.0/7'], 'The allowlist would cover 51 % of all IPv4 addresses.'],
    [['0.0.0.0/1'], ['200.0.0.0/7'], 'The allowlist would cover 51 % of all IPv4 addresses.'],
    [
      [],
      ['0.0.0.0/1', '2000::/4'],
      'The allowlist would cover 50 % of all IPv4 addresses and 6.3 % of all IPv6 addresses, of which an eighth is in use.',
    ],
    [['0.0.0.0/1'], ['128.0.0.0/1'], 'The allowlist would let in everybody on the internet over IPv4.'],
    [[], ['0.0.0.0/0', '::/0'], 'The allowlist would let in everybody on the internet over IPv4 and IPv6.'],
    [['0.0.0.0/0'], ['::/0'], 'The allowlist would let in everybody on the internet over IPv6.'],
    [['0.0.0.0/0'], ['203.0.113.7/32', '0.0.0.0/1'], undefined],
  ])('of %j by %j', (before, added, sentence) => {
    const widening = judgeWidening(before, [...before, ...added])
    expect(widening === undefined ? undefined : describeWidening(widening)).toBe(sentence)
  })
})

it.each([
  [4, 1n << 31n, '50 % of all IPv4 addresses'],
  [4, (1n << 32n) - 1n, 'more than 99 % of all IPv4 addresses'],
  [4, 1n << 32n, '100 % of all IPv4 addresses'],
  [4, (1n << 32n) / 3n, '33 % of all IPv4 addresses'],
  [6, 1n << 112n, '0.0015 % of all IPv6 addresses, of which an eighth is in use'],
] as const)('of IPv%i, %i addresses are %s', (family, addresses, share) => {
  expect(describeShare(family, addresses)).toBe(share)
})

describe('any list', () => {
  const depth = 10
  /** One of the first 2^10 equal parts of a family, or several of them together. */
  const wideRange = fc
    .record({ family: fc.constantFrom(4 as const, 6 as const), prefix: fc.integer({ min: 1, max: depth }) })
    .chain(({ family, prefix }) =>
      fc.nat(2 ** prefix - 1).map((at) => {
        const first = at * 2 ** (16 - prefix)
        const cidr =
          family === 4
            ? `${first >> 8}.${first & 255}.0.0/${prefix}`
            : parseCidr(`${first.toString(16)}::/${prefix}`)
        return { family, cidr, from: at * 2 ** (depth - prefix), count: 2 ** (depth - prefix) }
      }),
    )
  const wideRanges = fc.array(wideRange, { maxLength: 12 })

  it('covers as many addresses as are counted one part after the other', () => {
    fc.assert(
      fc.property(wideRanges, (ranges) => {
        for (const [family, bits] of [
          [4, 32],
          [6, 128],
        ] as const) {
          const parts = new Set<number>()
          for (const { from, count } of ranges.filter((range) => range.family === family))
            for (let part = from; part < from + count; part += 1) parts.add(part)
          const cidrs = ranges.map(({ cidr }) => cidr)
          expect(countCovered(family, cidrs)).toBe(BigInt(parts.size) << BigInt(bits - depth))
        }
      }),
    )
  })

  it('is asked of once at most for what is on it already', () => {
    fc.assert(
      fc.property(wideRanges, wideRanges, (some, others) => {
        const [before, more] = [some, others].map((ranges) => ranges.map(({ cidr }) => cidr))
        expect(judgeWidening(before ?? [], before ?? [])).toBeUndefined()
        const after = [...(before ?? []), ...(more ?? [])]
        // Nobody can come to a list open to everybody without a question.
        if (isOpenToAnyone(after) && !isOpenToAnyone(before ?? []))
          expect(judgeWidening(before ?? [], after)?.kind).toBe('anyone')
      }),
    )
  })
})
