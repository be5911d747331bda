import { freeOtherName } from '../../core/tenant/adopted-name.ts'
import { foldName } from '../../domain/name.ts'
import { fail } from '../../domain/problem-error.ts'
import { findHost } from '../adapters/store/hosts.ts'
import type { StoreDb } from '../adapters/store/rows.ts'
import {
  findTenantByName,
  listNameHolders,
  listTenantsById,
  updateTenant,
} from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import { takeNames } from '../services/host/take-over.ts'
import type { TenantRef } from '../services/tenant/find-tenant.ts'
import { adoptAgain } from './adopt-all.ts'
import { askHost, type Claim, observeClaims } from './observe-claims.ts'

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
  const taken = await takeInClaimed(context, claims, found.unasked.length > 0)
  const unasked = [...new Set([...found.unasked, ...taken.unasked])]
  const kept = await context.store.read((db) => listKept(db, name, unasked))
  const [claim] = claims
  if (claim === undefined && kept.length === 0) {
    if (unasked.length > 0) fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name, unasked } })
  } else if (claim !== undefined && claims.length === 1 && unasked.length === 0) {
    await context.store.write((db) => takeNames(db, claim.host, [claim.record], new Set()))
  } else {
    await context.store.write((db) => leaveName(db, name, claims))
    const named = nameEachHost(claims).slice(0, mostNamed)
    const given = await context.store.read((db) => listNamesHere(db, named))
    const hosts = new Set(given.map(({ host }) => host))
    const tenants = [...kept.filter(({ host }) => !hosts.has(host)), ...given]
    const more = claims.length - named.length
    fail({ code: 'NAME_AMBIGUOUS', details: { name, tenants, unasked, ...(more > 0 ? { more } : {}) } })
  }
}

/** A host can claim a name as often as it has ports; more are counted. */
const mostNamed = 20

/** The first of each host before all others, so that none hides another host's. */
function nameEachHost(claims: readonly Claim[]): Claim[] {
  const hosts = new Set<string>()
  const isFirst = claims.map(({ host }) => !hosts.has(host.id) && hosts.add(host.id) !== undefined)
  return [...claims.filter((_, at) => isFirst[at]), ...claims.filter((_, at) => !isFirst[at])]
}

/** @returns the hosts that did not answer any more */
async function takeInClaimed(
  context: ServiceContext,
  claims: readonly Claim[],
  isAway: boolean,
): Promise<{ readonly unasked: string[] }> {
  const hosts = [...new Map(claims.map(({ host }) => [host.id, host])).values()]
  const answers = await Promise.all(
    hosts.map((host) => askHost(context, host, (access) => adoptAgain(context, access, { isAway }))),
  )
  return { unasked: hosts.filter((_, index) => answers[index] === null).map(({ name }) => name) }
}

/** Tenants of hosts that could not be asked, which have the name with their host behind it here. */
function listKept(
  db: StoreDb,
  name: string,
  unasked: readonly string[],
): { readonly name: string; readonly host: string }[] {
  return unasked.flatMap((host) => {
    const tenant = findTenantByName(db, `${name}@${host}`)
    const isThere = tenant !== undefined && findHost(db, tenant.hostId)?.name === host
    return isThere ? [{ name: tenant.name, host }] : []
  })
}

/** Gives the claimed tenant that has the name here, which at most one has, another one. */
function leaveName(db: StoreDb, name: string, claims: readonly Claim[]): void {
  const holder = findTenantByName(db, name)?.id
  const claim = claims.find(({ record }) => record.id === holder)
  if (claim === undefined) return
  const { host, record } = claim
  const other = freeOtherName(record, host.name, (candidate) => findTenantByName(db, candidate)?.id)
  updateTenant(db, record.id, { name: other })
}

/** The names that claimed tenants have here, with their hosts; an empty one for what was not taken in. */
function listNamesHere(
  db: StoreDb,
  claims: readonly Claim[],
): { readonly name: string; readonly host: string }[] {
  const ids = claims.map(({ record }) => record.id)
  const stored = new Map(listTenantsById(db, ids).map((tenant) => [tenant.id, tenant]))
  return claims.map(({ host, record }) => {
    const tenant = stored.get(record.id)
    const isHere = tenant?.hostId === host.id && tenant.phase !== 'deleted'
    return { name: isHere ? tenant.name : '', host: host.name }
  })
}
