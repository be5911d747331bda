import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  containerLimitMb,
  defaultMaxConnections,
  defaultMemoryMb,
  parseMaxConnections,
  parseMemoryMb,
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
