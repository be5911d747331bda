/** What the operator should be told once, whichever shell asks first: sentences, oldest first. */
export interface Notices {
  add(sentence: string): void
  /** The sentences that nobody has been told yet. */
  take(): string[]
}

/** More than a person reads at once; the log of operations has them all. */
const mostKept = 100

export function createNotices(): Notices {
  let untold: string[] = []
  return {
    add(sentence) {
      untold = [...untold, sentence].slice(-mostKept)
    },
    take() {
      const told = untold
      untold = []
      return told
    },
  }
}
