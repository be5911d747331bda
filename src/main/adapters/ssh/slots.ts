/** A fixed number of slots that are held for a while. A waiter that gives up leaves the queue. */
export interface Slots {
  /** @throws the signal's reason */
  take(signal: AbortSignal): Promise<() => void>
}

/** sshd counts commands (MaxSessions, 10 by default), so more than a few at once would be refused. */
export function createSlots(count: number): Slots {
  let free = count
  const queue: (() => void)[] = []
  const release = (): void => {
    const next = queue.shift()
    if (next === undefined) free += 1
    else next()
  }
  const once = (work: () => void): (() => void) => {
    let isDone = false
    return () => {
      if (isDone) return
      isDone = true
      work()
    }
  }
  return {
    take(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (free > 0) {
          free -= 1
          return resolve(once(release))
        }
        const enter = (): void => {
          signal.removeEventListener('abort', leave)
          resolve(once(release))
        }
        const leave = (): void => {
          queue.splice(queue.indexOf(enter), 1)
          reject(signal.reason)
        }
        queue.push(enter)
        signal.addEventListener('abort', leave, { once: true })
      })
    },
  }
}

/** A slot of each, the first one first. */
export const takeBoth = (first: Slots, second: Slots): Slots => ({
  async take(signal) {
    const releaseFirst = await first.take(signal)
    try {
      const releaseSecond = await second.take(signal)
      return () => {
        releaseSecond()
        releaseFirst()
      }
    } catch (error) {
      releaseFirst()
      throw error
    }
  },
})
