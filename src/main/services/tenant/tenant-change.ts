import type { DesiredTenant, ObservedTenant, TenantPlan } from '../../../domain/tenant-plan.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import type { StoredTenant, TenantChanges } from '../../adapters/store/tenants.ts'
import type { AskedOpening } from '../../reconcile/askings.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** One change of one tenant: what it asks for, and how it gets there. */
export interface TenantChange {
  /** Noun and verb, for the log: `tenant resize`. */
  readonly kind: string
  /** Returns the changes that the store shall ask for. It may refuse, and sees the store as it is then. */
  readonly change: (tenant: StoredTenant, db: StoreDb) => TenantChanges
  /** For what lets somebody in: when it was asked for, and its entries; null: it opens the tenant. */
  readonly opens?: { readonly asked: AskedOpening; readonly cidrs: readonly string[] | null }
  /**
   * `record`: only what the host remembers changes, so the last confirmation is enough to plan on. `look`: the container
   * matters too, so the host is asked first.
   */
  readonly basis: 'record' | 'look'
  /** Called with what was seen, before anything is written; the place to ask for a confirmation. */
  readonly consider?: (
    tenant: StoredTenant,
    observed: ObservedTenant,
    access: HostAccess,
  ) => Promise<void> | void
  /** Another plan than the usual one, for what is no change of the desired state: a restart. */
  readonly plan?: (desired: DesiredTenant, observed: ObservedTenant) => TenantPlan
  /** Whether only a mark on the cache tells afterwards that it was done, because the desired state stays the same. */
  readonly marked?: boolean
  /** Its memcached ends with the change, so one that hangs is no reason against it. */
  readonly endsCache?: boolean
  /** An image that the container shall have, for this change only. */
  readonly image?: (access: HostAccess) => Promise<string>
}
