import type { Client } from '../../../../src/contract/router.ts'

/** Procedures that only read are left out, and one that ends with what it closes. */
type Verb = Exclude<
  keyof Client['tenant'],
  'disconnect' | 'list' | 'show' | 'logs' | 'figures' | 'previewAllow' | 'findNames' | 'findHosts'
>

/** One call of a procedure that changes a tenant. */
export type Call = {
  [V in Verb]: { readonly verb: V; readonly input: Parameters<Client['tenant'][V]>[0] }
}[Verb]

/** The job of the program that kills itself. */
export interface Job {
  readonly dataDir: string
  readonly call: Call
  /** The point to end at; null: none, to learn which points there are. */
  readonly stopAt: string | null
}
