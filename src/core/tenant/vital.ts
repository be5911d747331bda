import type { TenantFigures } from '../../contract/tenant.ts'

/** How many connections the clients of a cache have, as the kernel of its host counts them. */
export interface CountedClients {
  /** Connections that memcached has accepted. */
  readonly held: number
  /** Connections that it has not. */
  readonly waiting: number
}

/** A memcached that was asked in vain. */
export interface Silence {
  /** It said that it takes no more connections. */
  readonly isRefused: boolean
  /** Null where nobody could count. */
  readonly clients: CountedClients | null
}

/** The last answer of a tenant's memcached, or that there was none. */
export type Vital =
  | {
      readonly kind: 'answered'
      readonly figures: TenantFigures
      /** The memory that it should have, as the store had it then, in MB. */
      readonly givenMb: number
    }
  /** `times`: how many questions in a row it has not answered. */
  | (Silence & { readonly kind: 'silent'; readonly times: number })
