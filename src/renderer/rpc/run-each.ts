/** The result for one of several items. */
export type Ended<Item, Result> =
  | { readonly kind: 'done'; readonly item: Item; readonly result: Result }
  | { readonly kind: 'failed'; readonly item: Item; readonly error: unknown }
  /** Never begun, because the rest was called off. */
  | { readonly kind: 'not-begun'; readonly item: Item }

/**
 * Does the same with each, some at a time of each host: one that does not answer holds up no other. A failure of one does not stop the others; calling off begins no more, and
 * what is under way goes on to its end.
 * @param atOnce how many of a host at a time
 * @param onBegun is told of each as it begins
 * @param onEnded is told of each as it ends
 * @returns what became of each, in the order given
 */
export async function runEach<Item, Result>(
  items: readonly Item[],
  call: (item: Item) => Promise<Result>,
  {
    hostOf,
    atOnce,
    signal,
    onBegun,
    onEnded,
  }: {
    readonly hostOf: (item: Item) => string
    readonly atOnce: number
    readonly signal: AbortSignal
    readonly onBegun?: () => void
    readonly onEnded: (ended: Ended<Item, Result>) => void
  },
): Promise<readonly Ended<Item, Result>[]> {
  const results: Ended<Item, Result>[] = []
  const waiting = new Map<string, (readonly [number, Item])[]>()
  for (const entry of items.entries()) {
    const host = hostOf(entry[1])
    const own = waiting.get(host) ?? []
    own.push(entry)
    waiting.set(host, own)
  }
  const work = async (own: readonly (readonly [number, Item])[], turns: { next: number }): Promise<void> => {
    for (let entry = own[turns.next++]; entry !== undefined; entry = own[turns.next++]) {
      const [index, item] = entry
      if (!signal.aborted) onBegun?.()
      const ended = signal.aborted ? ({ kind: 'not-begun', item } as const) : await endOf(item, call)
      results[index] = ended
      onEnded(ended)
    }
  }
  const workers = [...waiting.values()].flatMap((own) => {
    const turns = { next: 0 }
    return Array.from({ length: Math.min(atOnce, own.length) }, () => work(own, turns))
  })
  await Promise.all(workers)
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
