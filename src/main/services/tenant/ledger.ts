import type { AllowEntry } from '../../../contract/allowlist.ts'
import type { TenantRecord } from '../../../domain/tenant-plan.ts'
import type { Closed, Closing } from '../../hosts/registry/close-in-registry.ts'

/** A tenant before it has a port. */
export interface Reservation {
  readonly id: string
  readonly name: string
  readonly memoryMb: number
  readonly maxConnections: number
  readonly notes: string
  readonly tags: readonly string[]
  readonly createdAt: string
}

/** A whole tenant as a host shall remember it. */
export interface LedgerEntry extends Reservation {
  readonly port: number
  readonly network: number
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
}

/** A tenant as a host remembers it. */
export interface LedgerRecord extends TenantRecord {
  readonly id: string
  readonly createdAt: string
}

/** A host's answer on a tenant that it has forgotten. */
export interface Removed {
  /** The revision of its memory since then. */
  readonly revision: number
  /** Since when it keeps the port back, where it does and says it. */
  readonly releasedAt: string | null
}

/** The live connections that a change ended. */
export type CutConnections = readonly { readonly address: string; readonly sockets: number }[]

/**
 * A host's memory of its tenants, together with who may reach them. The real one is the helper on the host, which
 * changes the packet filter in the same locked call; hosts that cannot filter get one kept by the store.
 */
export interface TenantLedger {
  /** All tenants, or the one with this id if it is there. */
  observe(tenantId?: string): Promise<LedgerRecord[]>
  /** The same of one tenant, asked where its access is taken away: no look is before it, and sudo has as long. */
  observeUrgently(tenantId: string): Promise<LedgerRecord[]>
  /**
   * Gives the tenant a port and a network; asking again for the same id gives the same. Nobody gets in yet, unless it
   * `existed` before this operation.
   * @param port the one that it had; null: the lowest that is free
   * @throws ProblemError PORT_UNAVAILABLE when that port cannot be had
   */
  reserve(
    operationId: string,
    tenant: Reservation,
    port?: number | null,
  ): Promise<{ port: number; network: number; revision: number; existed: boolean }>
  /**
   * Makes the record and the filter as given; cuts live connections that nothing on the list covers any more.
   * @param leftPort what becomes of the port that it leaves, if the entry names another one
   * @throws ProblemError REVISION_STALE when somebody else changed it since `ifRevision`
   */
  put(
    operationId: string,
    ifRevision: number,
    entry: LedgerEntry,
    leftPort: 'keep-back' | 'free',
  ): Promise<{ revision: number; cut: CutConnections }>
  /** Takes access away, against whatever the host has. It needs nothing but the filter. */
  close(closing: Closing): Promise<Closed>
  /**
   * Forgets the tenant and every filter entry of its port. A port that was in use is kept back for 30 days.
   * @param ifRevision null: whatever it is now, for what was made by this very operation
   */
  remove(
    operationId: string,
    tenantId: string,
    ifRevision: number | null,
    port: 'keep-back' | 'free',
  ): Promise<Removed>
}
