/** A container of ours without a record on its host. */
export interface UnrecordedContainer {
  /**
   * Its tenant in the store. `concerned`: it is there, or something of it is unfinished. `ended`: it was made
   * here, and its creation was undone or it was deleted.
   */
  readonly known: 'concerned' | 'ended' | 'unknown'
  /** Whether the host's own records were asked, in which every panel reserves a place before it makes a container. */
  readonly recordedByHost: boolean
  /** Since Docker made it, by the host's clock; null where that cannot be read. */
  readonly ageMs: number | null
  /** How many items were ever stored in it; null when it did not say. */
  readonly itemsEver: number | null
}

/** A record precedes its container by seconds; this is far more, for panels that do not know of that order. */
const surelyNotBeingMadeMs = 10 * 60_000

/**
 * Whether nobody can want the container: Docker made it after its creation had been given up, or kept it after its
 * deletion. A container that another panel may have made goes only if it is old and nothing was ever stored in it, so
 * that a host that has lost its records keeps its tenants' data.
 */
export function isOrphan({ known, recordedByHost, ageMs, itemsEver }: UnrecordedContainer): boolean {
  switch (known) {
    case 'concerned':
      return false
    case 'ended':
      return true
    case 'unknown':
      return recordedByHost && ageMs !== null && ageMs >= surelyNotBeingMadeMs && itemsEver === 0
  }
}
