import {
  type DesiredTenant,
  type ObservedTenant,
  planTenant,
  sameRecord,
  type TenantRecord,
} from './tenant-plan.ts'

/** A change whose end was never confirmed, as the store has it. */
export interface CutOffTenant {
  readonly phase: 'creating' | 'present' | 'deleting' | 'deleted'
  /** The tenant that the change asked for, as if it were to stay. */
  readonly desired: DesiredTenant
  /** The last revision that the host confirmed; 0 before the first. */
  readonly revision: number
  /** It failed, and the operator was shown that. */
  readonly failed: boolean
}

/**
 * The way to settle such a change. `finish`: on to the desired tenant. `undo`: nothing of it stays. `follow`: somebody
 * changed the tenant on the host since, so the host's record counts.
 */
export type Recovery =
  | { readonly kind: 'finish' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'follow'; readonly record: TenantRecord }

/**
 * Settles a change that was cut off. A create is undone, because nobody knows of it, unless the host has all of it:
 * then the store may be an older copy and somebody may know; not so when the create was reported as failed. A delete is
 * always finished. A change is finished unless the host's record is newer than the store's and is not the desired one.
 */
export function judgeCutOff(cutOff: CutOffTenant, observed: ObservedTenant): Recovery {
  const { phase, desired, revision, failed } = cutOff
  const { record } = observed
  switch (phase) {
    case 'deleting':
    case 'deleted':
      return { kind: 'finish' }
    case 'present':
      return record !== null && record.revision > revision && !sameRecord(desired, record)
        ? { kind: 'follow', record }
        : { kind: 'finish' }
    case 'creating': {
      if (record === null) return { kind: 'undo' }
      if (sameRecord(desired, record)) {
        return !failed && planTenant(desired, observed).length === 0 ? { kind: 'finish' } : { kind: 'undo' }
      }
      // A create reserves a closed record and opens it; anything else was done to it afterwards.
      const touched = record.open || (revision > 0 && record.revision > revision)
      return touched ? { kind: 'follow', record } : { kind: 'undo' }
    }
  }
}
