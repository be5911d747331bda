import { foldName } from '../../domain/name.ts'
import { fail } from '../../domain/problem-error.ts'
import { withLimit } from '../adapters/limit.ts'
import { listHosts, type StoredHost } from '../adapters/store/hosts.ts'
import { listNameHolders } from '../adapters/store/tenants.ts'
import type { ServiceContext } from '../services/context.ts'
import type { TenantRef } from '../services/tenant/find-tenant.ts'
import { adoptAgain } from './adopt-all.ts'

/**
 * Names that the store does not know can be of tenants that other panels made or renamed: what the hosts remember is taken
 * in then, once, from all of them side by side. Where the store knows every name no host is asked.
 * @returns hosts that could not be asked, if any name is still unknown
 */
export async function takeInUnknown(context: ServiceContext, names: readonly string[]): Promise<string[]> {
  if (await knowsAll(context, names)) return []
  const hosts = (await context.store.read(listHosts)).filter(({ mode }) => mode === 'filtered')
  const asked = await Promise.all(hosts.map((host) => takeIn(context, host)))
  if (await knowsAll(context, names)) return []
  return hosts.filter((_, index) => asked[index] === false).map(({ name }) => name)
}

/**
 * The same before a call that names a tenant. Where an id is given, the tenant was seen in the store, and no host is asked.
 * @throws ProblemError NOT_FOUND, with the hosts that could not be asked
 */
export async function ensureKnown(context: ServiceContext, { name, id }: TenantRef): Promise<void> {
  if (id !== undefined) return
  const unasked = await takeInUnknown(context, [name])
  if (unasked.length > 0) fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name, unasked } })
}

function knowsAll({ store }: ServiceContext, names: readonly string[]): Promise<boolean> {
  return store.read((db) => {
    const holders = listNameHolders(db, names)
    return names.every((name) => holders.has(foldName(name)))
  })
}

/** @returns whether the host has answered within the limit of a look */
async function takeIn(context: ServiceContext, host: StoredHost): Promise<boolean> {
  const access = context.hosts.access(host)
  // A login that was refused is tried again by people only: a mistyped name must not get them shut out.
  if (access.link.info().refused) return false
  const limit = { host: host.name, action: 'read its records', timeoutMs: access.timeLimits.lookMs }
  try {
    await withLimit(limit, () => adoptAgain(context, access))
    return true
  } catch (error) {
    context.log.warn(
      { err: error, host: host.id },
      'a host was not asked for a tenant that is not known here',
    )
    return false
  }
}
