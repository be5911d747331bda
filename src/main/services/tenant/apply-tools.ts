import type { AllowEntry } from '../../../contract/allowlist.ts'
import type { AtPoint } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import type { Reporter } from '../progress.ts'

/** Where a tenant lives on its host, as far as that is known. */
export interface TenantPlace {
  readonly port: number
  readonly network: number
  readonly revision: number
}

/** The access of a tenant that the store asks for, and the revision that its host confirmed last. */
export interface StoredAccess {
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
  readonly revision: number
}

/** All that carries a plan out on a host. */
export interface ApplyTools {
  readonly access: HostAccess
  readonly operationId: string
  readonly report: Reporter
  readonly atPoint: AtPoint
  /** Saves the reserved port before anything is built on it. */
  readonly onReserved: (place: TenantPlace) => Promise<void>
  /** Access as the store has it now: what was taken away since the plan was made is never written again. */
  readonly readAccess: () => Promise<StoredAccess | undefined>
  /** Whether a port that the record leaves is kept back: one that nobody got to know can be used again at once. */
  readonly releasedPort: 'keep-back' | 'free'
  /** The record is another panel's, and the store does not take over its revision: no closing counts from it. */
  readonly staysNews?: boolean
  /** A record that is there already is somebody else's work, and nothing is written over it. */
  readonly isNew?: boolean
}
