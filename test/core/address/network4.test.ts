import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  doOverlap,
  isInside,
  listAround,
  prefixOf,
  renderNetwork4,
} from '../../../src/core/address/network4.ts'
import { toAddressRange } from '../../../src/domain/address-range.ts'

it.each([
  ['10.8.0.0/24', '10.8.0.0/24'],
  ['10.8.0.7/24', '10.8.0.0/24'],
  ['10.8.0.7', '10.8.0.7/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['255.255.255.255/1', '128.0.0.0/1'],
  ['10.8/16', null],
  ['10.8.0.0/33', null],
  ['fd00::/8', null],
  ['', null],
  ['default', null],
])('%j is the network %j', (text, expected) => {
  expect(renderNetwork4(text)).toBe(expected)
})

const network = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
  .map(([address, prefix]) => renderNetwork4(`${address}/${prefix}`) ?? '')
const near = fc
  .tuple(network, fc.integer({ min: 0, max: 8 }))
  .map(([each, less]) => [each, listAround(each)[less] ?? each] as const)

it('networks are parts of each other as their addresses are', () => {
  const pair = fc.oneof(fc.tuple(network, network), near)
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const [a, b] = [toAddressRange(one), toAddressRange(other)]
      expect(isInside(one, other)).toBe(a.first >= b.first && a.last <= b.last)
      expect(doOverlap(one, other)).toBe(a.first <= b.last && b.first <= a.last)
      expect(listAround(one).includes(other)).toBe(isInside(one, other))
      expect(listAround(one)).toHaveLength(prefixOf(one) + 1)
    }),
    { numRuns: 1_000 },
  )
})
