import { mostHostAllowEntries } from '../../../contract/allowlist.ts'
import { fail } from '../../../domain/problem-error.ts'
import { countAllowEntries } from '../../adapters/store/allowlists.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'

/**
 * @param more how many entries an allowlist of that host grows by
 * @throws ProblemError ALLOWLISTS_FULL where the allowlists there would have too many together
 */
export function requireAllowRoom(db: StoreDb, hostId: string, more: number): void {
  if (more <= 0) return
  const entries = countAllowEntries(db, hostId) + more
  if (entries <= mostHostAllowEntries) return
  const host = findHost(db, hostId)?.name ?? ''
  fail({ code: 'ALLOWLISTS_FULL', details: { host, entries, most: mostHostAllowEntries } })
}
