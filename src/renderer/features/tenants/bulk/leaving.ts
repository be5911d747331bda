import { type BulkState, describeResults } from './bulk-state.ts'

/** How many have not begun, and never will if the page is left: what has begun ends without it. */
export function countUnbegun(state: BulkState): number {
  if (state.kind !== 'running' || state.stopping) return 0
  return state.total - state.begun
}

/** The results up to leaving the page, for when it is there again; undefined when everything had begun. */
export function describeLeaving(state: BulkState): string | undefined {
  const unbegun = countUnbegun(state)
  if (state.kind !== 'running' || unbegun === 0) return undefined
  const { words, begun, done, failed } = state
  const underWay = begun - done - failed
  const results = describeResults(
    words.did,
    [
      ...Array.from({ length: done }, () => ({ kind: 'done' }) as const),
      ...Array.from({ length: failed }, () => ({ kind: 'failed' }) as const),
      ...Array.from({ length: unbegun }, () => ({ kind: 'not-begun' }) as const),
    ],
    0,
  )
  return `The page was left while ${words.doing.toLowerCase()}: ${results}. ${underWay.toLocaleString('en')} were under way; Activity shows how they ended.`
}
