import { describe, expect, it } from 'vitest'
import {
  canHaveFigures,
  describeNoFigures,
  percentOf,
  readGetRate,
} from '../../../src/renderer/features/tenant/figures.ts'
import { renderRate } from '../../../src/renderer/ui/quantities.ts'
import { figuresOf, tenantOf } from './samples.ts'

describe('the rate of gets between two looks', () => {
  it('is for one second', () => {
    const before = figuresOf(0, { getHits: 100, getMisses: 10 })
    expect(readGetRate(before, figuresOf(2, { getHits: 150, getMisses: 20 }))).toBe(30)
  })

  it('is not known before the second look, of the same look, and after a restart', () => {
    const now = figuresOf(2, { getHits: 150 })
    expect(readGetRate(undefined, now)).toBeUndefined()
    expect(readGetRate(now, now)).toBeUndefined()
    expect(readGetRate(now, figuresOf(4, { uptimeSeconds: 1 }))).toBeUndefined()
  })

  it('is never less than nothing, as after a reset of the counters', () => {
    expect(readGetRate(figuresOf(0, { getHits: 100 }), figuresOf(2))).toBe(0)
  })

  it.each([
    [0, '0/s'],
    [0.5, '0.5/s'],
    [4.25, '4.3/s'],
    [1250, '1,250/s'],
  ])('%d is shown as %s', (rate, shown) => expect(renderRate(rate)).toBe(shown))
})

describe('no figures', () => {
  it.each([
    ['running', true],
    ['suspended', true],
    ['creating', false],
    ['stopped', false],
    ['failed', false],
    ['deleting', false],
    ['unknown', false],
  ] as const)('%s: asked %s, and in words', (state, asked) => {
    const tenant = tenantOf({ state })
    expect(canHaveFigures(tenant)).toBe(asked)
    expect(describeNoFigures(tenant)).toMatch(/^[A-Z].*\.$/)
  })

  it('is a part from 0 to 100 percent', () => {
    expect([percentOf(1, 4), percentOf(9, 4), percentOf(1, 0)]).toEqual([25, 100, 0])
  })
})
