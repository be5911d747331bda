/** News that the operator gets once, by the shell that asks first: sentences, oldest first. */
export interface Notices {
  add(sentence: string): void
  /** The sentences that nobody has been told yet. */
  take(): string[]
  /**
   * Tells each sentence at once from now on, and those that nobody has been told yet. While somebody listens none is
   * kept for `take`.
   * @returns ends it
   */
  listen(listener: (sentence: string) => void): () => void
}

/** More than a person reads at once; the log of operations has them all. */
const mostKept = 100

export function createNotices(): Notices {
  const listeners = new Set<(sentence: string) => void>()
  let untold: string[] = []
  return {
    add(sentence) {
      for (const listener of listeners) listener(sentence)
      if (listeners.size > 0) return
      untold = [...untold, sentence].slice(-mostKept)
    },
    take() {
      const told = untold
      untold = []
      return told
    },
    listen(listener) {
      listeners.add(listener)
      for (const sentence of untold.splice(0)) listener(sentence)
      return () => listeners.delete(listener)
    },
  }
}
