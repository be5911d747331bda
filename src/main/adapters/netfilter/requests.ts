import type { AllowEntry } from '../../../contract/allowlist.ts'
import type { PortRange } from '../../../domain/port-range.ts'

/** The protocol that this panel speaks; docs/helper-protocol.md describes it. */
export const protocolVersion = 1

/** A tenant before it has a place. `limitMb` is the container's limit, so overhead included. */
interface WantedTenant {
  readonly id: string
  readonly name: string
  readonly memoryMb: number
  readonly maxConnections: number
  readonly limitMb: number
  readonly notes: string
  readonly tags: readonly string[]
  /** ISO 8601, UTC */
  readonly createdAt: string
}

/** The whole record of a tenant, except for the revision, which the helper counts. */
interface PlacedTenant extends WantedTenant {
  readonly port: number
  /** From 1: network N has the N-th /22 of the supernet. */
  readonly network: number
  /** false: nobody gets in, whatever the allowlist says. */
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
}

/** A change that is asked for again with the same id and content gets the first reply, marked `replayed`. */
interface Change {
  readonly operationId: string
}

/** A port that a tenant gave up. */
interface ReleasedPort {
  readonly port: number
  /** ISO 8601, UTC */
  readonly at: string
  readonly tenantId: string
}

/** Where the history of a host's state was: a revision and the digest that is chained over all changes up to it. */
export interface KnownHistory {
  readonly revision: number
  /** SHA-256, 64 hexadecimal digits */
  readonly history: string
}

/** Everything that can be asked of the helper. */
export type HelperRequest =
  | { readonly op: 'hello'; readonly operator?: string }
  | {
      readonly op: 'observe'
      /** Large sets are only counted, and where all is as it should be no tenant comes back. From helper 1.3.0. */
      readonly brief?: boolean
    }
  /** The host's records, without a look at the kernel; of one tenant or of all. */
  | {
      readonly op: 'records'
      readonly tenantId?: string | null
      /** The last pair that the caller confirmed: when it is still so, no tenant comes back. From helper 1.3.0. */
      readonly known?: KnownHistory | null
    }
  | (Change & {
      readonly op: 'configure'
      readonly ifRevision: number | null
      readonly range: PortRange
      readonly supernet: string
      readonly reservedMb: number
      readonly operator: string
      /** Damaged records are kept under other names, and new ones begun. From helper 1.3.0. */
      readonly renew?: boolean
      /** Ports that rest, as far as the caller knows, at most 8,192. From helper 1.3.0. */
      readonly released?: readonly ReleasedPort[]
    })
  | (Change & {
      readonly op: 'reserve'
      readonly tenant: WantedTenant
      /** null: the lowest that is free. */
      readonly port: number | null
      readonly freeAfterDays?: number
    })
  | (Change & {
      readonly op: 'put'
      readonly ifRevision: number
      readonly tenant: PlacedTenant
      /** The fate of a port that it leaves; `keep-back` unless given. From helper 1.2.0. */
      readonly port?: 'keep-back' | 'free'
    })
  | (Change & {
      readonly op: 'remove'
      /** null: whatever it is. */
      readonly ifRevision: number | null
      readonly tenantId: string
      /** `free`: the port was never in use, so it need not rest. `keep-back` unless given. */
      readonly port?: 'keep-back' | 'free'
    })
  /** Takes access away, from what the host has, whatever the caller knows of it. From helper 1.3.0. */
  | (Change & {
      readonly op: 'close'
      readonly tenantId: string
      /** null: the whole tenant is suspended. */
      readonly cidrs: readonly string[] | null
      /** The tenant's revision that the caller knew; what was written later is left. null: nothing is. */
      readonly asOf: number | null
    })
  | { readonly op: 'restore' }
  | { readonly op: 'teardown' }
  | { readonly op: 'denied'; readonly tenantId?: string | null }
  /** The listeners on tenants' ports; `deep`: and what else leads to these. From helper 1.3.0. */
  | {
      readonly op: 'listeners'
      readonly deep?: boolean
      readonly docker?: boolean
      /** Whether the host's own firewall lets strangers get as far as docker-proxy. */
      readonly input?: boolean
    }
  /**
   * How many connections the clients of tenants hold, at most 50 of them, and with `idle` which of these is idle the
   * longest; from helper 1.3.0.
   */
  | { readonly op: 'clients'; readonly tenantIds: readonly string[]; readonly idle?: boolean }
  /** Closes a connection of a client, by its own address and port; from helper 1.3.0. */
  | { readonly op: 'disconnect'; readonly tenantId: string; readonly address: string; readonly port: number }

export type HelperOp = HelperRequest['op']
