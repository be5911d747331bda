/**
 * For a button that can't be pressed now but keeps the focus, which it would lose by `disabled`: who works by keys stays
 * where they were while something is under way.
 */
export function unready(isUnready: boolean) {
  return { 'aria-disabled': isUnready || undefined, 'data-disabled': isUnready || undefined } as const
}
