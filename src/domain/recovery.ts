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
  /** What the change asked for, as if the tenant were to stay. */
  readonly desired: DesiredTenant
  /** The last revision that the host confirmed; 0 before the first. */
  readonly revision: number
  /** It failed, and that was told. */
  readonly failed: boolean
}

/**
 * What becomes of it. `finish`: on to what was asked for. `undo`: nothing of it stays. `follow`: somebody changed the
 * tenant on the host since, so what the host has counts.
 */
export type Recovery =
  | { readonly kind: 'finish' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'follow'; readonly record: TenantRecord }

/**
 * Decides on what was cut off. A create is undone, because nobody was told of it, unless the host has all of it: then
 * it may be that the store is an older copy and that somebody was; not so when it was told to have failed. A delete is always finished. A change is finished
 * unless the host's record is newer than what the store knows of and is not what the change asked for.
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
