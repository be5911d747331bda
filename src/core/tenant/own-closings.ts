import { wholeTenant } from '../plan/plan-closing.ts'

/** A closing that this panel tries again: its entries; null, or none, for the whole tenant. */
interface OwnClosing {
  readonly cidrs: readonly string[] | null
}

/**
 * Access that only a host's filter has closed, without that which this panel tries to get into its records by itself: of
 * that it says so, and nobody has to do it again.
 */
export function withoutOwn(closed: readonly string[], own: readonly OwnClosing[]): string[] {
  const keys = new Set(
    own.flatMap(({ cidrs }) => (cidrs === null || cidrs.length === 0 ? wholeTenant : cidrs)),
  )
  return closed.filter((key) => !keys.has(key))
}
