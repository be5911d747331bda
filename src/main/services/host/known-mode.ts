import type { KnownMode } from '../../../domain/host-mode.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { countTenants } from '../../adapters/store/tenants.ts'

/** What the store has of a host's mode and tenants, for whoever judges what was seen of it. */
export function knownModeOf(db: StoreDb, host: StoredHost): KnownMode {
  const { mode, modeReason } = host
  return { mode, modeReason, tenants: countTenants(db, host.id) }
}
