import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePortRange } from '../../src/core/host/parse-port-range.ts'
import { defaultPortRange } from '../../src/domain/port-range.ts'
import { problemOf } from './problem-of.ts'

const ephemeral = { from: 32_768, to: 60_999 }

describe('a port range', () => {
  it.each([
    [20_000, 29_999],
    [1024, 1024],
    [1024, 32_767],
    [61_000, 65_535],
  ])('%d-%d is possible', (from, to) => {
    expect(parsePortRange('web', { from, to })).toEqual({ from, to })
  })

  it.each([
    [Number.NaN, 29_999, 'whole numbers'],
    [20_000, Number.NaN, 'whole numbers'],
    [20_000.5, 29_999, 'whole numbers'],
    [20_000, Number.POSITIVE_INFINITY, 'whole numbers'],
    [29_999, 20_000, 'ends before it begins'],
    [0, 29_999, 'between 1024 and 65535'],
    [-5, 29_999, 'between 1024 and 65535'],
    [1023, 1023, 'between 1024 and 65535'],
    [61_000, 65_536, 'between 1024 and 65535'],
    [20_000, 32_768, 'overlaps 32768-60999'],
    [60_999, 65_535, 'overlaps 32768-60999'],
    [40_000, 40_100, 'overlaps 32768-60999'],
    [1024, 65_535, 'overlaps 32768-60999'],
  ])('%d-%d is not: %s', (from, to, reason) => {
    expect(problemOf(() => parsePortRange('web', { from, to }))).toMatchObject({
      code: 'PORT_RANGE_INVALID',
      details: { host: 'web', from, to, reason: expect.stringContaining(reason) },
    })
  })

  it("goes by the host's own range for outgoing connections", () => {
    expect(parsePortRange('web', { from: 40_000, to: 49_999 }, { from: 50_000, to: 60_000 })).toEqual({
      from: 40_000,
      to: 49_999,
    })
    expect(problemOf(() => parsePortRange('web', defaultPortRange, { from: 15_000, to: 20_000 }))?.code).toBe(
      'PORT_RANGE_INVALID',
    )
  })

  it('never shares a port with outgoing connections, nor with well-known services', () => {
    const port = fc.integer({ min: -10, max: 70_000 })
    fc.assert(
      fc.property(port, port, (from, to) => {
        const possible = problemOf(() => parsePortRange('web', { from, to }, ephemeral)) === undefined
        const below = from >= 1024 && to < ephemeral.from
        const above = from > ephemeral.to && to <= 65_535
        expect(possible).toBe(from <= to && (below || above))
      }),
      { numRuns: 1000 },
    )
  })
})
