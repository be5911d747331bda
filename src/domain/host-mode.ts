import type { Host } from '../contract/host.ts'
import { type HostObservation, judgeFilterability } from './host-observation.ts'

/** A host's mode and number of tenants, as the store has them. */
export interface KnownMode {
  readonly mode: Host['mode']
  /** Why it is `loopback`; else empty. */
  readonly modeReason: string
  /** Tenants of the host in the store. */
  readonly tenants: number
}

/**
 * The mode that a host has or may get. `unclear`: a probe failed, so nothing may be concluded. `kept`: the observation
 * speaks for another mode than the one that its tenants or its filter were made for, so it stays as it is.
 */
export type ModeVerdict =
  | { readonly kind: 'filtered' }
  | { readonly kind: 'loopback'; readonly reason: string }
  | { readonly kind: 'unclear'; readonly reason: string }
  | {
      readonly kind: 'kept'
      readonly mode: 'filtered' | 'loopback'
      readonly reason: string
      /** Tenants that are there, as far as they were seen. */
      readonly tenants: number
    }

/**
 * Whether tenants are public behind the filter or on 127.0.0.1 only. A host with a filter or with tenants becomes
 * `loopback` by choice alone, and never while public tenants are there: nobody could revoke anything of them then.
 * @param chosen the operator asked for a host without a filter
 */
export function judgeMode(seen: HostObservation, known: KnownMode, chosen: boolean): ModeVerdict {
  const judged = judgeFilterability(seen)
  const tenants = countTenants(seen, known)
  const filtered = hasFilter(seen, known)
  if (chosen) {
    if (filtered && tenants > 0)
      return { kind: 'kept', mode: 'filtered', reason: 'a host without a filter was asked for', tenants }
    const reason = judged.kind === 'loopback' ? judged.reason : 'prepared without a filter, as asked'
    return { kind: 'loopback', reason }
  }
  switch (judged.kind) {
    case 'unclear':
      return judged
    case 'loopback':
      if (known.mode === 'loopback' || (!filtered && tenants === 0)) return judged
      return { kind: 'kept', mode: 'filtered', reason: judged.reason, tenants }
    case 'filtered':
      if (known.mode !== 'loopback') return judged
      // Docker's own words (Desktop, rootless) may be the reason of that mode, and were not heard now.
      if (seen.docker.kind === 'failed') return { kind: 'unclear', reason: 'Docker there does not answer' }
      if (tenants === 0) return judged
      return { kind: 'kept', mode: 'loopback', reason: known.modeReason, tenants }
  }
}

/** A part that was not seen counts nobody, so the largest number is the one that is known. */
function countTenants({ docker, helper }: HostObservation, { tenants }: KnownMode): number {
  const containers = docker.kind === 'ok' ? docker.value.tenants.length : 0
  const records = helper.kind === 'ok' ? helper.value.tenants : 0
  return Math.max(containers, records, tenants)
}

/** Whether a filter was ever set up: the store says so, or the helper is there and the store does not say otherwise. */
function hasFilter({ facts, helper }: HostObservation, { mode }: KnownMode): boolean {
  if (mode !== 'unknown') return mode === 'filtered'
  return helper.kind === 'ok' || (facts.kind === 'ok' && facts.value.helper !== null)
}
