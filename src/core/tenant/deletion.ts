import type { AllowEntry } from '../../contract/allowlist.ts'

/** The access that a tenant had when it was deleted, kept for the case that it comes back. */
export interface Deletion {
  /** Whether the filter let its allowlist in; null where that is not known for certain. */
  readonly open: boolean | null
  readonly allow: readonly AllowEntry[]
  /** When its host began to keep its port back, as the host says it; null where it did not say. */
  readonly releasedAt: string | null
}

/** The part of a closing's answer that tells what the host had of a tenant when it was closed. */
interface ClosedRecord {
  readonly absent: boolean
  /** Its revision before. */
  readonly was: number
  readonly allow: readonly AllowEntry[]
}

/**
 * Narrowed to what its host had as well: an entry that another panel had revoked there comes back for nobody. Whether such
 * a record was open is not known any more once it is closed.
 * @param known the revision that this panel knew
 */
export function narrowDeletion(deletion: Deletion, known: number, closed: ClosedRecord): Deletion {
  if (closed.absent) return { ...deletion, open: deletion.open === true ? null : deletion.open }
  const kept = new Set(closed.allow.map(({ cidr }) => cidr))
  return {
    ...deletion,
    open: deletion.open === true && closed.was > known ? null : deletion.open,
    allow: deletion.allow.filter(({ cidr }) => kept.has(cidr)),
  }
}

/** The access that a tenant comes back with. `closedWhy`: in a sentence, why nobody gets in where that is not known. */
export interface ReturnedAccess {
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
  readonly closedWhy: string
}

/**
 * A tenant comes back open only where its host shows that nobody had it since: another panel could have put it back,
 * taken access away and deleted it again.
 * @param releasedAt since when the host keeps its port back, null where it does not; undefined where the store alone counts
 */
export function chooseReturned(
  { open, allow, releasedAt: noted }: Deletion,
  releasedAt: string | null | undefined,
): ReturnedAccess {
  if (open === false) return { open, allow, closedWhy: '' }
  const isSame = releasedAt === undefined || (releasedAt !== null && releasedAt === noted)
  if (open === true && isSame) return { open, allow, closedWhy: '' }
  return {
    open: false,
    allow,
    closedWhy:
      'Whether access was taken away from it before it was deleted is not known here, so nobody gets in: look at its allowlist, then resume it.',
  }
}
