/** The result for one of several items. */
export type Ended<Item, Result> =
  | { readonly kind: 'done'; readonly item: Item; readonly result: Result }
  | { readonly kind: 'failed'; readonly item: Item; readonly error: unknown }
  /** Never begun, because the rest was called off. */
  | { readonly kind: 'not-begun'; readonly item: Item }

/**
 * Does the same with each, some at a time. A failure of one does not stop the others; calling off begins no more, and
 * what is under way goes on to its end.
 * @param atOnce how many at a time
 * @param onEnded is told of each as it ends
 * @returns what became of each, in the order given
 */
export async function runEach<Item, Result>(
  items: readonly Item[],
  call: (item: Item) => Promise<Result>,
  {
    atOnce,
    signal,
    onEnded,
  }: {
    readonly atOnce: number
    readonly signal: AbortSignal
    readonly onEnded: (ended: Ended<Item, Result>) => void
  },
): Promise<readonly Ended<Item, Result>[]> {
  const results: Ended<Item, Result>[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index] as Item
      const ended = signal.aborted ? ({ kind: 'not-begun', item } as const) : await endOf(item, call)
      results[index] = ended
      onEnded(ended)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
  return results
}

async function endOf<Item, Result>(
  item: Item,
  call: (item: Item) => Promise<Result>,
): Promise<Ended<Item, Result>> {
  try {
    return { kind: 'done', item, result: await call(item) }
  } catch (error) {
    return { kind: 'failed', item, error }
  }
}
