import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  containerLimitMb,
  countUsable,
  defaultMaxConnections,
  defaultMemoryMb,
  parseMaxConnections,
  parseMemoryMb,
  planDescriptors,
  reservedMb,
} from '../../src/domain/sizing.ts'
import { problemOf } from './problem-of.ts'

describe('memory', () => {
  it.each([8, 64, 1000, 1_048_576, defaultMemoryMb])('of %d MB is possible', (given) => {
    expect(parseMemoryMb(given)).toBe(given)
  })

  it.each([Number.NaN, -1, 0, 7, 7.999, 8.5, 1_048_577, 1e9, Number.POSITIVE_INFINITY])(
    'of %d MB is not',
    (given) => {
      expect(problemOf(() => parseMemoryMb(given))).toMatchObject({
        code: 'INVALID_INPUT',
        details: { field: 'memory', given: String(given) },
      })
    },
  )
})

describe('connections', () => {
  it.each([64, 1024, 65_536, defaultMaxConnections])('%d are possible', (given) => {
    expect(parseMaxConnections(given)).toBe(given)
  })

  it.each([Number.NaN, -1, 0, 63, 64.5, 65_537, 1e9])('%d are not', (given) => {
    expect(problemOf(() => parseMaxConnections(given))).toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'max-connections' },
    })
  })
})

describe("the container's limit", () => {
  it.each([
    [8, 26],
    [64, 91],
    [256, 315],
    [1024, 1211],
    [6, 23],
  ])('for %d MB is %d MB', (memory, limit) => {
    expect(containerLimitMb(memory)).toBe(limit)
  })

  it('is whole, never under the formula that held under fill, and grows with the memory', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 1_048_575 }), (memory) => {
        const limit = containerLimitMb(memory)
        expect(Number.isInteger(limit)).toBe(true)
        expect(limit - (memory + memory / 6 + 16)).toBeGreaterThanOrEqual(-1e-6)
        expect(limit - (memory + memory / 6 + 16)).toBeLessThan(1)
        expect(containerLimitMb(memory + 1)).toBeGreaterThan(limit)
      }),
    )
  })
})

it.each([
  [512, 256],
  [2560, 256],
  [2561, 257],
  [16_000, 1600],
])('of %d MB, %d stay with the system', (total, reserved) => {
  expect(reservedMb(total)).toBe(reserved)
})

describe('the connections of clients', () => {
  it.each([
    // Measured, with two listening sockets and four threads.
    ['1.6.18', 64, 39],
    ['1.6.18', 200, 175],
    ['1.6.38', 64, 35],
    ['1.6.45', 200, 171],
    ['1.6.9', 64, 39],
    // Nothing is promised of an unknown version.
    ['1.7', 64, 35],
    [null, 64, 35],
  ])('memcached %s made with -c %d has %d for them', (version, descriptors, usable) => {
    expect(countUsable(descriptors, descriptors, version)).toBe(usable)
  })

  it('are all that a tenant was given, whatever the version', () => {
    for (const version of ['1.6.18', '1.6.45', null]) {
      expect(countUsable(planDescriptors(64), 64, version)).toBe(64)
    }
    expect(countUsable(10, 64, null)).toBe(0)
  })
})
