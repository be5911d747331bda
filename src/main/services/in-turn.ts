/** Runs work for the same key one after the other, at once where none is before it; a failure does not hold up the next. */
export function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key)
    const mine = before === undefined ? begin(work) : before.then(work, work)
    const settled = mine.catch(() => {})
    last.set(key, settled)
    try {
      return await mine
    } finally {
      if (last.get(key) === settled) last.delete(key)
    }
  }
}

/** A failure before the first `await` of work is a rejection like any later one. */
const begin = async <T>(work: () => Promise<T>): Promise<T> => work()

/** A place in the queue of a key. */
export interface Place {
  /** Resolves when it is the turn of this place. */
  readonly turn: Promise<void>
  /** Whether that has come. */
  isOn(): boolean
  /** Lets the next one go on; again does nothing. */
  leave(): void
}

/** Takes a place in the queue of a key at once, so that what its turn is for can be made ready meanwhile. */
export function takePlace(inTurn: ReturnType<typeof createTurns>, key: string): Place {
  let isOn = false
  let leave = (): void => {}
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const turn = new Promise<void>((resolve) => {
    void inTurn(key, () => {
      isOn = true
      resolve()
      return left
    })
  })
  return { turn, isOn: () => isOn, leave: () => leave() }
}
