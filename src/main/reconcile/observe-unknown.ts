import type { AllowEntry } from '../../contract/allowlist.ts'
import { type Strays, takeOutStrays } from '../hosts/registry/take-out-strays.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { findCovering } from './find-covering.ts'

/** The entries that a host has, of those that are to be revoked and that this store does not know. */
export interface UnknownEntries {
  /** On the host's list only. */
  readonly known: readonly AllowEntry[]
  /** In its filter only, against all records. */
  readonly strays: Strays
  /** The host could not be asked for these. */
  readonly unseen: readonly string[]
  /** All of the host's list then; empty where it was not read. */
  readonly list: readonly AllowEntry[]
  /** The revision that the host's record of the tenant had when its list was read; null: it was not. */
  readonly revision: number | null
  /** An entry of its list that has one of them in it, which is not on the list itself. */
  readonly covered: ReturnType<typeof findCovering>
}

const noStrays: Strays = { found: [], asked: [] }

export const nothingUnknown: UnknownEntries = {
  ...{ known: [], strays: noStrays, unseen: [], list: [], revision: null, covered: undefined },
}

/**
 * Revoking works against the host's own list too, which can have entries that this store lost or never knew. What is not
 * on that list either can still be in the filter, past all records. A host that cannot be asked may have them. Never
 * throws for what the host says: the closing itself needs no look.
 */
export async function observeUnknown(
  access: HostAccess,
  tenantId: string,
  cidrs: readonly string[],
): Promise<UnknownEntries> {
  if (cidrs.length === 0) return nothingUnknown
  try {
    const [record] = await access.ledger.observeUrgently(tenantId)
    // It may be another server than the one that has the tenant, which the closing finds out.
    if (record === undefined) return { ...nothingUnknown, unseen: cidrs }
    const known = record.allow.filter(({ cidr }) => cidrs.includes(cidr))
    const nowhere = cidrs.filter((cidr) => !known.some((entry) => entry.cidr === cidr))
    const covered = findCovering({ cidrs: nowhere }, record)
    return {
      known,
      covered,
      list: record.allow,
      revision: record.revision,
      ...(await observeStrays(access, record.port, nowhere)),
    }
  } catch {
    return { ...nothingUnknown, unseen: cidrs }
  }
}

async function observeStrays(
  { closer }: HostAccess,
  port: number | null,
  cidrs: readonly string[],
): Promise<Pick<UnknownEntries, 'strays' | 'unseen'>> {
  if (cidrs.length === 0) return { strays: noStrays, unseen: [] }
  try {
    return { strays: await takeOutStrays(closer, port, cidrs), unseen: [] }
  } catch {
    return { strays: noStrays, unseen: cidrs }
  }
}
