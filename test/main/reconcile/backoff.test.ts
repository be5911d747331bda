import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBackoff } from '../../../src/main/reconcile/backoff.ts'

describe('what failed', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is due again after a pause that doubles with each failure, up to a longest one', () => {
    const backoff = createBackoff(1_000)
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 12_000, 12_000]) {
      expect(backoff.isDue('acme')).toBe(true)
      expect(backoff.failed('acme')).toBe(pauseMs)
      vi.advanceTimersByTime(pauseMs - 1)
      expect(backoff.isDue('acme')).toBe(false)
      vi.advanceTimersByTime(1)
    }
  })

  it('begins with the first pause once it has succeeded, and holds up nothing else', () => {
    const backoff = createBackoff(1_000)
    backoff.failed('acme')
    backoff.failed('acme')
    expect([backoff.isDue('acme'), backoff.isDue('beta')]).toEqual([false, true])
    backoff.succeeded('acme')
    expect(backoff.isDue('acme')).toBe(true)
    expect(backoff.failed('acme')).toBe(1_000)
  })
})
