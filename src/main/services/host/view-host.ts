import type { Host } from '../../../contract/host.ts'
import { describeDoubt } from '../../../core/host/describe-server.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { countTenants, listTenantsById } from '../../adapters/store/tenants.ts'
import { readDoubt } from '../../reconcile/same-server.ts'

/** A host for people, with the number of its tenants. */
export function viewHost(db: StoreDb, host: StoredHost): Host {
  const { id, name, target, publicAddress, mode, modeReason, rangeFrom, rangeTo, isDefault, createdAt } = host
  const tenants = countTenants(db, id)
  const portRange = { from: rangeFrom, to: rangeTo }
  const putBack =
    host.putBack === null
      ? null
      : {
          since: host.putBack.since,
          tenants: listTenantsById(db, host.putBack.tenantIds).map((tenant) => tenant.name),
          accepted: host.putBack.accepted === true,
        }
  const doubt = readDoubt(db, id)
  const server = doubt === null ? null : { ...doubt, ...describeDoubt(name, doubt) }
  return {
    id,
    name,
    target,
    publicAddress,
    mode,
    modeReason,
    portRange,
    tenants,
    isDefault,
    createdAt,
    putBack,
    server,
  }
}
