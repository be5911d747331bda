import type { Tenant } from '../../../../contract/tenant.ts'
import type { Ended } from '../../../rpc/run-each.ts'

/** What a verb is called while and after it is done: `Suspending`, `suspended`. */
export interface VerbWords {
  readonly doing: string
  readonly did: string
}

/** One that the verb has no use for, and why: `it is suspended already`. */
export interface LeftOut {
  readonly tenant: Tenant
  readonly why: string
}

/** The same thing done with several tenants, and how far it is. */
export type BulkState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running'
      readonly words: VerbWords
      readonly total: number
      readonly done: number
      readonly failed: number
      /** Called off: what is under way ends, nothing more begins. */
      readonly stopping: boolean
      readonly stop: () => void
    }
  | {
      readonly kind: 'over'
      readonly words: VerbWords
      readonly results: readonly Ended<Tenant, unknown>[]
      readonly leftOut: readonly LeftOut[]
      /** The same again with those that failed or were not begun. */
      readonly again: (tenants: readonly Tenant[]) => void
    }

export const noBulk: BulkState = { kind: 'none' }

/** How it ended, in a line: `47 suspended, 1 failed, 2 not begun, 3 left out`. */
export function describeResults(
  did: string,
  results: readonly { readonly kind: Ended<unknown, unknown>['kind'] }[],
  leftOut: number,
): string {
  const count = (kind: Ended<unknown, unknown>['kind']): number =>
    results.filter((each) => each.kind === kind).length
  const parts: readonly (readonly [number, string])[] = [
    [count('done'), did],
    [count('failed'), 'failed'],
    [count('not-begun'), 'not begun'],
    [leftOut, 'left out'],
  ]
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`)
  return told.length === 0 ? 'Nothing was done' : told.join(', ')
}
