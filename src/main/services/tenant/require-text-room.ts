import { mostHostTextBytes } from '../../../contract/tenant-texts.ts'
import { fail } from '../../../domain/problem-error.ts'
import type { TenantRecord } from '../../../domain/tenant-plan.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { countTextBytes } from '../../adapters/store/text-bytes.ts'

type Texts = Partial<Pick<TenantRecord, 'notes' | 'tags' | 'allow'>>

/**
 * @param before the texts of a tenant of that host; none of a new one
 * @param after the same, changed
 * @throws ProblemError NOTES_FULL where they grow, and those of all tenants there would be too long together
 */
export function requireTextRoom(db: StoreDb, hostId: string, before: Texts, after: Texts): void {
  const more = countBytes(after) - countBytes(before)
  if (more <= 0) return
  const bytes = countTextBytes(db, hostId) + more
  if (bytes <= mostHostTextBytes) return
  const host = findHost(db, hostId)?.name ?? ''
  fail({ code: 'NOTES_FULL', details: { host, bytes, most: mostHostTextBytes } })
}

const countBytes = ({ notes = '', tags = [], allow = [] }: Texts): number =>
  [notes, ...tags, ...allow.map(({ label }) => label)].reduce((sum, each) => sum + Buffer.byteLength(each), 0)
