import type { Archive } from '../adapters/store/archive.ts'
import type { Askings } from '../reconcile/askings.ts'
import type { Backoff } from '../reconcile/backoff.ts'
import type { Background } from './background.ts'
import type { HostPool } from './host/host-pool.ts'
import type { AccessTools, OpenAccess } from './host/open-access.ts'
import type { RunningOperations } from './operation/running.ts'
import type { Vitals } from './tenant/vitals.ts'

/** The common means of all services; made once by compose.ts and handed in, so that nothing is global. */
export interface ServiceContext extends AccessTools {
  readonly hosts: HostPool
  /** Operations that are not in the store any more. */
  readonly archive: Archive
  /** Opens a host beside the pool, with keys that need not be pinned yet; whoever does so closes it. */
  readonly openAccess: OpenAccess
  /** The operator of the panel, for the audit log: `user@computer`. */
  readonly actor: string
  /** Calls for one key run one after the other, those for different keys side by side. */
  readonly inTurn: <T>(key: string, work: () => Promise<T>) => Promise<T>
  /** The order in which closings and openings were asked for. */
  readonly askings: Askings
  /** Operations that this program is at now. */
  readonly running: RunningOperations
  /** Work that nobody waits for and that the program does not leave halfway at its end. */
  readonly background: Background
  /** When the recovery of a tenant that failed is tried again. */
  readonly recoveries: Backoff
  /** The last answers of caches. */
  readonly vitals: Vitals
  readonly atPoint: AtPoint
}

/**
 * Called before and after every save of the store and every step of a plan, with a name for that point. Composed in by
 * tests only, which end the program there; the program itself has one that does nothing.
 */
export type AtPoint = (point: string) => Promise<void> | void
