import type { SeenEnd } from '../core/tenant/judge-end.ts'

/** A tenant's container as Docker lists it. */
export interface SeenContainer {
  /** Docker's word: created, running, paused, restarting, removing, exited or dead. */
  readonly state: string
  /** Docker's sentence, such as `Exited (1) 2 minutes ago`. */
  readonly status: string
  /** Networks that it is joined to beside those of tenants. */
  readonly otherNetworks?: readonly string[]
  /** The name that somebody gave it in place of its own. */
  readonly renamed?: string | undefined
  /** The parts in which it is not as this program makes one; absent where nobody has looked at it. */
  readonly changed?: readonly string[] | undefined
  /** `-c` of its command line; absent where nobody has looked at it. */
  readonly descriptors?: number | undefined
  /** The size that its memcached starts with, in MB; null: that of the host's record; absent where nobody has looked at it. */
  readonly startsMb?: number | null | undefined
  /** How it ended the last time; null: never; absent where nobody has looked at it. */
  readonly ended?: SeenEnd | null | undefined
}
