/** News that the operator gets once, by the shell that asks first: sentences, oldest first. */
export interface Notices {
  /** @param isUrgent it explains why somebody waits just now */
  add(sentence: string, isUrgent?: boolean): void
  /** The sentences that nobody has been told yet. */
  take(): string[]
  /**
   * Tells each sentence at once from now on, and those that nobody has been told yet. While somebody listens none is
   * kept for `take`.
   * @param onlyUrgent leaves all others to `take`
   * @returns ends it
   */
  listen(listener: (sentence: string) => void, onlyUrgent?: boolean): () => void
}

/** More than a person reads at once; the log of operations has them all. */
const mostKept = 100

export function createNotices(): Notices {
  const listeners = new Map<(sentence: string) => void, { readonly onlyUrgent: boolean }>()
  let untold: string[] = []
  return {
    add(sentence, isUrgent = false) {
      let isTold = false
      for (const [listener, { onlyUrgent }] of listeners) {
        if (onlyUrgent && !isUrgent) continue
        listener(sentence)
        isTold = true
      }
      if (!isTold) untold = [...untold, sentence].slice(-mostKept)
    },
    take() {
      const told = untold
      untold = []
      return told
    },
    listen(listener, onlyUrgent = false) {
      listeners.set(listener, { onlyUrgent })
      if (!onlyUrgent) for (const sentence of untold.splice(0)) listener(sentence)
      return () => listeners.delete(listener)
    },
  }
}
