import { fail } from '../../../domain/problem-error.ts'
import { findHost, findHostByName, listHosts, type StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'

/** @throws ProblemError NOT_FOUND */
export function requireHost(db: StoreDb, name: string): StoredHost {
  return findHostByName(db, name) ?? fail({ code: 'NOT_FOUND', details: { noun: 'host', name } })
}

/**
 * A host that was found before, as it is now.
 * @throws ProblemError NOT_FOUND when it was removed meanwhile
 */
export function requireStill(db: StoreDb, { id, name }: Pick<StoredHost, 'id' | 'name'>): StoredHost {
  return findHost(db, id) ?? fail({ code: 'NOT_FOUND', details: { noun: 'host', name } })
}

/**
 * The host that a new tenant goes to: the named one, else the default one, else the only one there is.
 * @throws ProblemError NOT_FOUND, HOST_NOT_NAMED
 */
export function chooseHost(db: StoreDb, name: string | undefined): StoredHost {
  if (name !== undefined) return requireHost(db, name)
  const known = listHosts(db)
  const chosen = known.find((host) => host.isDefault)
  if (chosen !== undefined) return chosen
  const [only, ...others] = known
  if (only !== undefined && others.length === 0) return only
  const hosts = only === undefined ? [] : [only, ...others].map((host) => host.name)
  return fail({ code: 'HOST_NOT_NAMED', details: { hosts } })
}
