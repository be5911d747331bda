import { setImmediate as nextTurn } from 'node:timers/promises'
import { foldName } from '../../domain/name.ts'
import { withLimit } from '../adapters/limit.ts'
import { listHosts, type StoredHost } from '../adapters/store/hosts.ts'
import { listRevisions } from '../adapters/store/tenants.ts'
import { mapInPieces } from '../in-pieces.ts'
import type { ServiceContext } from '../services/context.ts'
import { isNews } from '../services/host/adopt-records.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import type { LedgerRecord } from '../services/tenant/ledger.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'

/** A host's record of a tenant that has one of the names that were asked for. */
export interface Claim {
  readonly host: StoredHost
  readonly record: LedgerRecord
}

export interface Claims {
  /** By the folded name. */
  readonly claims: ReadonlyMap<string, readonly Claim[]>
  /** Names of the hosts that could not be asked. */
  readonly unasked: string[]
}

interface ClaimOptions {
  /** The id of a host that is left out, because its records are known. */
  readonly except?: string
  /** The time for each host's answer in milliseconds; that of a look unless given. */
  readonly withinMs?: number
}

/** Records with these folded names on all filtered hosts, which are asked side by side. */
export async function observeClaims(
  context: ServiceContext,
  names: ReadonlySet<string>,
  { except, withinMs }: ClaimOptions = {},
): Promise<Claims> {
  const all = await context.store.read(listHosts)
  const hosts = all.filter(({ id, mode }) => mode === 'filtered' && id !== except)
  const answers = await Promise.all(
    hosts.map(async (host) => ({ host, records: await askHost(context, host, observeRecords, withinMs) })),
  )
  const claims = new Map<string, Claim[]>()
  for (const { host, records } of answers) {
    const named = await mapInPieces(records?.values() ?? [], (record) => ({
      ...{ host, record, key: foldName(record.name) },
    }))
    for (const { key, ...claim } of await leaveKnown(
      context,
      named.filter(({ key }) => names.has(key)),
    )) {
      const same = claims.get(key)
      if (same === undefined) claims.set(key, [claim])
      else same.push(claim)
    }
  }
  const unasked = answers.flatMap(({ host, records }) => (records === null ? [host.name] : []))
  return { claims, unasked }
}

/** Records at once: everything else of this process goes on in between. */
const pieceSize = 250

/**
 * Without those of tenants that were deleted here after they were written, or are another host's: they are not taken in, so
 * none is meant.
 */
async function leaveKnown<Some extends Claim>({ store }: ServiceContext, claims: Some[]): Promise<Some[]> {
  const left: Some[] = []
  for (let from = 0; from < claims.length; from += pieceSize) {
    const piece = claims.slice(from, from + pieceSize)
    const ids = piece.map(({ record }) => record.id)
    const known = await store.read((db) => listRevisions(db, ids))
    const comesIn = ({ host, record }: Claim): boolean => {
      const stored = known.get(record.id)
      if (stored === undefined) return true
      const isThere = stored.phase !== 'deleted' || isNews(stored, record)
      return stored.hostId === host.id && isThere
    }
    left.push(...piece.filter(comesIn))
    await nextTurn()
  }
  return left
}

/** The host's answer within the limit, that of a look unless given; null where there is none. */
export async function askHost<T>(
  context: ServiceContext,
  host: StoredHost,
  ask: (access: HostAccess) => Promise<T>,
  withinMs?: number,
): Promise<T | null> {
  const access = context.hosts.access(host)
  // A login that was refused is tried again by people only: a mistyped name must not get them shut out.
  if (access.link.info().refused) return null
  const timeoutMs = withinMs ?? access.timeLimits.lookMs
  try {
    await access.link.connect({ timeoutMs })
    return await withLimit({ host: host.name, action: 'read its records', timeoutMs }, () => ask(access))
  } catch (error) {
    context.log.warn(
      { err: error, host: host.id },
      'a host was not asked for a tenant that is not known here',
    )
    return null
  }
}
