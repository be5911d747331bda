/** Reads something that several ask for at once. */
export type SharedRead = <T>(key: string, read: () => Promise<T>) => Promise<T>

interface Reading {
  readonly current: Promise<unknown>
  /** Begins when the current one is over. */
  next?: Promise<unknown>
}

/**
 * At most one reading of a kind at a time, so that many askers hold one answer and not one each. Who comes while one is
 * under way gets the next, together with all others who came meanwhile: what a reading tells was never seen before it
 * was asked for.
 */
export function createSharedReads(): SharedRead {
  const readings = new Map<string, Reading>()
  const begin = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const current = read()
    const reading: Reading = { current }
    readings.set(key, reading)
    const forget = (): void => {
      if (readings.get(key) === reading && reading.next === undefined) readings.delete(key)
    }
    current.then(forget, forget)
    return current
  }
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const reading = readings.get(key)
    if (reading === undefined) return begin(key, read)
    const beginNext = (): Promise<T> => begin(key, read)
    reading.next ??= reading.current.then(beginNext, beginNext)
    // A key stands for one kind of answer.
    return reading.next as Promise<T>
  }
}
