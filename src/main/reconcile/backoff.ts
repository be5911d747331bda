/** When what failed is tried again. */
export interface Backoff {
  /** @returns the pause until it is tried again, in milliseconds */
  failed(key: string): number
  succeeded(key: string): void
  /** Whether the pause after the last failure is over. */
  isDue(key: string): boolean
}

/** The longest pause, in lengths of the first. */
const mostPauses = 12

/**
 * Pauses that double with each failure of the same key.
 * @param firstMs the pause after the first failure, in milliseconds
 */
export function createBackoff(firstMs: number): Backoff {
  const failures = new Map<string, { readonly count: number; readonly until: number }>()
  return {
    failed(key) {
      const count = (failures.get(key)?.count ?? 0) + 1
      const pauseMs = firstMs * Math.min(2 ** (count - 1), mostPauses)
      failures.set(key, { count, until: performance.now() + pauseMs })
      return pauseMs
    },
    succeeded: (key) => void failures.delete(key),
    isDue: (key) => (failures.get(key)?.until ?? 0) <= performance.now(),
  }
}
