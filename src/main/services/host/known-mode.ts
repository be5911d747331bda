import type { KnownMode } from '../../../domain/host-mode.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { countTenants } from '../../adapters/store/tenants.ts'

/** A host's mode and number of tenants by the store, for judging what was seen of the host. */
export function knownModeOf(db: StoreDb, host: StoredHost): KnownMode {
  const { mode, modeReason } = host
  return { mode, modeReason, tenants: countTenants(db, host.id) }
}
