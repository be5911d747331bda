import { containerSchema } from '../../../domain/host-names.ts'
import type { DesiredTenant, ObservedTenant } from '../../../domain/tenant-plan.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'

/** A tenant as the store asks for it, in the form that plans take. */
export function toDesired(tenant: StoredTenant): DesiredTenant {
  const { id, name, open, port, memoryMb, maxConnections, allow, notes, tags, createdAt, phase } = tenant
  const present = phase === 'creating' || phase === 'present'
  return {
    id,
    name,
    present,
    open,
    port,
    memoryMb,
    maxConnections,
    image: null,
    allow,
    notes,
    tags,
    createdAt,
  }
}

/** A host that was never asked for this tenant: true of a fresh random id by construction. */
export const nothingObserved: ObservedTenant = { record: null, container: null }

/**
 * The host as it was when it last confirmed the tenant. Good enough to plan on without another look where only the
 * record changes: every write names the revision, so the host refuses when somebody changed it since.
 */
export function lastConfirmed(tenant: StoredTenant): ObservedTenant {
  const { port, network, revision, name, open, memoryMb, maxConnections, allow, notes, tags } = tenant
  const container = {
    ...{ running: true, port, commandMemoryMb: memoryMb, memoryMb, cacheMb: memoryMb, maxConnections },
    ...{ image: '', givesBack: true, schema: containerSchema, newest: containerSchema },
  }
  if (port === null || network === null) return { record: null, container }
  const record = { port, network, revision, name, open, memoryMb, maxConnections, allow, notes, tags }
  return { record, container }
}
