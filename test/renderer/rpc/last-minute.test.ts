import { describe, expect, it } from 'vitest'
import type { TenantFigures } from '../../../src/contract/tenant.ts'
import { addSample, readLastMinute, type Sample } from '../../../src/renderer/rpc/last-minute.ts'
import { figuresOf } from '../tenant/samples.ts'

/** Looks at these seconds; what happened until each is said by the second. */
const watch = (seconds: readonly number[], until: (second: number) => Partial<TenantFigures>) =>
  seconds.reduce<readonly Sample[]>(
    (samples, second) => addSample(samples, figuresOf(second, until(second))),
    [],
  )

const steady = (second: number) => ({
  getHits: 1_000 + 3 * second,
  getMisses: 5_000 + second,
  evictions: 2 * second,
})

describe('the last minute of a cache', () => {
  it('is not known before the second look', () => {
    expect(readLastMinute(watch([], steady))).toBeUndefined()
    expect(readLastMinute(watch([0], steady))).toBeUndefined()
  })

  it('is what happened since a minute ago, whatever happened before', () => {
    const seconds = Array.from({ length: 100 }, (_, at) => 2 * at)
    const samples = watch(seconds, steady)
    const minute = readLastMinute(samples)
    expect(minute?.seconds).toBeGreaterThanOrEqual(54)
    expect(minute?.seconds).toBeLessThanOrEqual(60)
    const { seconds: length = 0 } = minute ?? {}
    expect(minute).toEqual({ seconds: length, hits: 3 * length, misses: length, evictions: 2 * length })
    // However often it is looked at, a few looks are kept.
    expect(samples.length).toBeLessThanOrEqual(17)
  })

  it('shows a change for the better within a minute, which a ratio since the start hides', () => {
    const better = (second: number) => ({ getHits: 160 + 6 * second, getMisses: 840_000 + 4 * second })
    const { hits = 0, misses = 0 } = readLastMinute(watch([0, 5, 10, 15], better)) ?? {}
    expect(hits / (hits + misses)).toBeCloseTo(0.6)
  })

  it('is as long as there is between two looks that are further apart', () => {
    expect(readLastMinute(watch([0, 100, 230], steady))).toMatchObject({ seconds: 130, evictions: 260 })
  })

  it('begins again with memcached, and where its counters were reset', () => {
    const samples = watch([0, 10], steady)
    expect(
      readLastMinute(addSample(samples, figuresOf(20, { ...steady(20), uptimeSeconds: 3 }))),
    ).toBeUndefined()
    expect(readLastMinute(addSample(samples, figuresOf(20)))).toBeUndefined()
  })
})
