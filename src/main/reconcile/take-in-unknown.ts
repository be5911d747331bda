import { freeOtherName } from '../../core/tenant/adopted-name.ts'
import { foldName } from '../../domain/name.ts'
import { fail } from '../../domain/problem-error.ts'
import { withLimit } from '../adapters/limit.ts'
import { listHosts, type StoredHost } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import {
  findTenant,
  findTenantByName,
  listNameHolders,
  listRevisions,
  updateTenant,
} from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { takeNames } from '../services/host/take-over.ts'
import type { TenantRef } from '../services/tenant/find-tenant.ts'
import type { LedgerRecord } from '../services/tenant/ledger.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { adoptAgain } from './adopt-all.ts'

/**
 * The given names, folded, that tenants have here or, where the store does not know them, on a host that can be asked.
 * Nothing is taken in: a name alone does not show yet whose it is.
 */
export async function observeNames(
  context: ServiceContext,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const holders = await context.store.read((db) => listNameHolders(db, names))
  const unknown = names.map(foldName).filter((name) => !holders.has(name))
  if (unknown.length === 0) return new Set(holders.keys())
  const { claims } = await observeClaims(context, new Set(unknown))
  return new Set([...holders.keys(), ...claims.keys()])
}

/**
 * Before a call that names a tenant: a name that the store does not know can be of a tenant that another panel made or
 * renamed, and its host is taken in from. Every host is asked, because any can claim a name: only where all of them have
 * answered and there is one, it is certain which tenant is meant. Else nobody gets that name here; each gets one with its
 * host, by which it can be meant. Where an id is given, the tenant was seen in the store, and no host is asked.
 * @throws ProblemError NAME_AMBIGUOUS; NOT_FOUND, with the hosts that could not be asked
 */
export async function ensureKnown(context: ServiceContext, { name, id }: TenantRef): Promise<void> {
  if (id !== undefined) return
  const key = foldName(name)
  if ((await context.store.read((db) => listNameHolders(db, [name]))).has(key)) return
  const found = await observeClaims(context, new Set([key]))
  const claims = found.claims.get(key) ?? []
  const taken = await takeInClaimed(context, claims)
  const unasked = [...new Set([...found.unasked, ...taken.unasked])]
  const [claim] = claims
  if (claim === undefined) {
    if (unasked.length > 0) fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name, unasked } })
  } else if (claims.length === 1 && unasked.length === 0) {
    await context.store.write((db) => takeNames(db, claim.host, [claim.record]))
  } else {
    const tenants = await context.store.write((db) => claims.map((each) => giveOtherName(db, each)))
    fail({ code: 'NAME_AMBIGUOUS', details: { name, tenants, unasked } })
  }
}

/** A host's record of a tenant that has a name which the store does not know. */
interface Claim {
  readonly host: StoredHost
  readonly record: LedgerRecord
}

/** @returns the hosts that did not answer any more */
async function takeInClaimed(
  context: ServiceContext,
  claims: readonly Claim[],
): Promise<{ readonly unasked: string[] }> {
  const hosts = [...new Map(claims.map(({ host }) => [host.id, host])).values()]
  const answers = await Promise.all(
    hosts.map((host) => askHost(context, host, (access) => adoptAgain(context, access))),
  )
  return { unasked: hosts.filter((_, index) => answers[index] === null).map(({ name }) => name) }
}

/** @returns the name that the tenant has here then, with its host; an empty one, if it was not taken in */
function giveOtherName(
  db: StoreDb,
  { host, record }: Claim,
): { readonly name: string; readonly host: string } {
  const stored = findTenant(db, record.id)
  if (stored === undefined || stored.hostId !== host.id || stored.phase === 'deleted') {
    return { name: '', host: host.name }
  }
  if (foldName(stored.name) !== foldName(record.name)) return { name: stored.name, host: host.name }
  const name = freeOtherName(record, host.name, (candidate) => findTenantByName(db, candidate)?.id)
  updateTenant(db, record.id, { name })
  return { name, host: host.name }
}

interface Claims {
  /** By the folded name. */
  readonly claims: ReadonlyMap<string, readonly Claim[]>
  /** Names of the hosts that could not be asked. */
  readonly unasked: string[]
}

/** Records with these folded names on all filtered hosts, which are asked side by side. */
async function observeClaims(context: ServiceContext, names: ReadonlySet<string>): Promise<Claims> {
  const hosts = (await context.store.read(listHosts)).filter(({ mode }) => mode === 'filtered')
  const answers = await Promise.all(
    hosts.map(async (host) => ({ host, records: await askHost(context, host, observeRecords) })),
  )
  const known = await context.store.read((db) => listRevisions(db))
  const claims = new Map<string, Claim[]>()
  for (const { host, records } of answers) {
    for (const record of records?.values() ?? []) {
      const key = foldName(record.name)
      // A tenant that was deleted here, or is another host's, is not taken in, so it can't be the one that is meant.
      const stored = known.get(record.id)
      const comesIn = stored === undefined || (stored.hostId === host.id && stored.phase !== 'deleted')
      if (comesIn && names.has(key)) claims.set(key, [...(claims.get(key) ?? []), { host, record }])
    }
  }
  const unasked = answers.flatMap(({ host, records }) => (records === null ? [host.name] : []))
  return { claims, unasked }
}

/** The host's answer within the limit of a look; null where there is none. */
async function askHost<T>(
  context: ServiceContext,
  host: StoredHost,
  ask: (access: HostAccess) => Promise<T>,
): Promise<T | null> {
  const access = context.hosts.access(host)
  // A login that was refused is tried again by people only: a mistyped name must not get them shut out.
  if (access.link.info().refused) return null
  const limit = { host: host.name, action: 'read its records', timeoutMs: access.timeLimits.lookMs }
  try {
    return await withLimit(limit, () => ask(access))
  } catch (error) {
    context.log.warn(
      { err: error, host: host.id },
      'a host was not asked for a tenant that is not known here',
    )
    return null
  }
}
