/** News that the operator gets once, by the shell that asks first: sentences, oldest first. */
export interface Notices {
  /** @param isUrgent it explains why somebody waits just now */
  add(sentence: string, isUrgent?: boolean): void
  /** Takes a sentence back that nobody has been told yet and that is true no more. */
  withdraw(sentence: string): void
  /** A change by another panel: a page counts it in the activity, so only {@link take} has it. */
  addOther(sentence: string): void
  /** The sentences that nobody has been told yet; many of what other panels did are one. */
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

/** Sentences of what other panels did, at most. */
const mostNamed = 3

const describeOthers = (count: number): string =>
  `Other panels changed something ${count} times since the last command: \`memharbor activity list\` has it.`

export function createNotices(): Notices {
  const listeners = new Map<(sentence: string) => void, { readonly onlyUrgent: boolean }>()
  let untold: string[] = []
  let others: string[] = []
  let othersCount = 0
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
    withdraw(sentence) {
      untold = untold.filter((each) => each !== sentence)
    },
    addOther(sentence) {
      othersCount += 1
      others = [...others, sentence].slice(-mostNamed)
    },
    take() {
      const told = [...untold, ...(othersCount > mostNamed ? [describeOthers(othersCount)] : others)]
      untold = []
      others = []
      othersCount = 0
      return told
    },
    listen(listener, onlyUrgent = false) {
      listeners.set(listener, { onlyUrgent })
      if (!onlyUrgent) for (const sentence of untold.splice(0)) listener(sentence)
      return () => listeners.delete(listener)
    },
  }
}
