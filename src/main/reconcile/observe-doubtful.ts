import { setImmediate as nextTurn } from 'node:timers/promises'
import { foldName } from '../../domain/name.ts'
import type { StoredHost } from '../adapters/store/hosts.ts'
import { listNameHolders } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { LedgerRecord } from '../services/tenant/ledger.ts'
import { observeClaims } from './observe-claims.ts'

/**
 * Names of the host's records, folded, that a tenant of another host may have as well: those of a host that cannot be
 * asked now count as having any. Nobody gets such a name here by being taken in, or a command with it would be carried
 * out at the host that answers, whichever tenant was meant. Where none of the names is free here, no host is asked.
 * @param isAway another host is known not to answer, so that none is waited for
 */
export async function observeDoubtful(
  context: ServiceContext,
  host: StoredHost,
  records: readonly LedgerRecord[],
  isAway = false,
): Promise<ReadonlySet<string>> {
  const names = await listFreeNames(context, records)
  if (names.size === 0 || isAway) return names
  const withinMs = context.hosts.access(host).timeLimits.lookMs * askShare
  const { claims, unasked } = await observeClaims(context, names, { except: host.id, withinMs })
  return unasked.length > 0 ? names : new Set(claims.keys())
}

/** Of the time for a look: who waits for a list waits for this, too. */
const askShare = 0.6

/** Records at once: everything else of this process goes on in between. */
const pieceSize = 250

/** Names of the records, folded, that nobody has here. */
async function listFreeNames(
  { store }: ServiceContext,
  records: readonly LedgerRecord[],
): Promise<ReadonlySet<string>> {
  const free = new Set<string>()
  for (let from = 0; from < records.length; from += pieceSize) {
    const names = records.slice(from, from + pieceSize).map(({ name }) => name)
    const holders = await store.read((db) => listNameHolders(db, names))
    for (const key of names.map(foldName)) if (!holders.has(key)) free.add(key)
    await nextTurn()
  }
  return free
}
