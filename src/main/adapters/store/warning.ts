/** Something of the store was damaged or gone: what was wrong, and what may be missing now. */
export interface StoreWarning {
  readonly path: string
  /** Why the file could not be used, as the end of a sentence. */
  readonly reason: string
  /** Where the damaged files are now; none when the file was gone. */
  readonly keptAs: readonly string[]
  /** When what is used now was written: what came after it is lost. ISO 8601, UTC. */
  readonly copyFrom: string
}

export function describeStoreWarning({ path, reason, keptAs, copyFrom }: StoreWarning): string {
  const kept = keptAs.length === 0 ? '' : ` What was damaged is kept as ${keptAs.join(' and ')}.`
  return (
    `The store ${path} could not be read: ${reason}. Used is what was saved until ${copyFrom}; ` +
    `changes after it are missing here, not on the hosts.${kept}`
  )
}
