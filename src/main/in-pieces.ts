import { setImmediate as nextTurn } from 'node:timers/promises'

/** After so long others have their turn: a page is drawn every 16 ms, and several pieces can be due in between. In milliseconds. */
export const turnMs = 6

/** Maps many values, and lets everything else of this process go on in between. */
export async function mapInPieces<Value, Result>(
  values: Iterable<Value>,
  map: (value: Value) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  let endsAt = performance.now() + turnMs
  for (const value of values) {
    results.push(map(value))
    if (performance.now() < endsAt) continue
    await nextTurn()
    endsAt = performance.now() + turnMs
  }
  return results
}
