import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareHelper, isAtLeast, judgeHelperVersion } from '../../src/domain/helper-version.ts'

const bundled = { version: '1.2.3', sha256: 'aa' }

it.each([
  ['1.2.3', 'aa', 'same'],
  ['1.2.3', 'bb', 'altered'],
  ['1.2.2', 'aa', 'older'],
  ['1.2.4', 'bb', 'newer'],
  ['1.10.0', 'bb', 'newer'],
  ['2.0.0', 'bb', 'newer'],
  ['0.9.9', 'bb', 'older'],
  ['1.2', 'bb', 'older'],
  ['', 'bb', 'older'],
  ['unknown', 'bb', 'older'],
])('version %s with checksum %s is %s', (version, sha256, expected) => {
  expect(compareHelper({ version, sha256 }, bundled)).toBe(expected)
})

it('is a whole order', () => {
  const version = fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)).map((parts) => parts.join('.'))
  const opposite = { newer: 'older', older: 'newer', altered: 'altered', same: 'same' }
  fc.assert(
    fc.property(version, version, (one, other) => {
      const [a, b] = [
        { version: one, sha256: 'aa' },
        { version: other, sha256: 'bb' },
      ]
      expect(compareHelper(b, a)).toBe(opposite[compareHelper(a, b)])
      expect(compareHelper(a, b) === 'altered').toBe(one === other)
    }),
  )
})

it.each([
  ['1.1.0', '1.2.0', false],
  ['1.2.0', '1.2.0', true],
  ['1.10.0', '1.2.0', true],
  ['0.9.9', '1.2.0', false],
  ['2.0.0', '1.2.0', true],
])('%s has what came with %s: %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected)
})

it.each([
  ['1.2.0', '1.2.0', 'current'],
  ['1.2.0', '1.3.0', 'older'],
  ['1.10.0', '1.9.0', 'newer'],
  ['unknown', '1.2.0', 'older'],
])('%s where %s is brought is %s', (version, brings, standing) => {
  expect(judgeHelperVersion(version, brings)).toBe(standing)
})
