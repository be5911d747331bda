import type { Tenant } from '../../../../contract/tenant.ts'
import { toFailure } from '../../../rpc/failure.ts'
import type { Ended } from '../../../rpc/run-each.ts'

/** The names of a verb while it runs and once it is done: `Suspending`, `suspended`. */
export interface VerbWords {
  readonly doing: string
  readonly did: string
}

/** A tenant that the verb has no use for, and why: `it is suspended already`. */
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
      readonly begun: number
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
      /** Undoes it for those it was done with: `Resume those 47`. */
      readonly back: { readonly label: string; readonly run: () => void } | undefined
    }

export const noBulk: BulkState = { kind: 'none' }

type Kinds = readonly { readonly kind: Ended<unknown, unknown>['kind'] }[]

/** How it ended, in a line: `47 suspended, 1 failed, 2 not begun, 3 left out`. */
export function describeResults(did: string, results: Kinds, leftOut: number): string {
  const count = (kind: Kinds[number]['kind']): number => results.filter((each) => each.kind === kind).length
  const parts: readonly (readonly [number, string])[] = [
    [count('done'), did],
    [count('failed'), 'failed'],
    [count('not-begun'), 'not begun'],
    [leftOut, 'left out'],
  ]
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number.toLocaleString('en')} ${word}`)
  return told.length === 0 ? 'Nothing was done' : told.join(', ')
}

/**
 * How it ended, with the reason where one alone failed or was left out, which is all there would be to read:
 * `acme: Docker on web1 does not answer: …`, `46 suspended, 1 failed. acme: …`.
 */
export function describeEnd({ words, results, leftOut }: BulkState & { kind: 'over' }): string {
  const failed = results.filter(({ kind }) => kind === 'failed')
  const [first] = failed
  const [left] = leftOut
  const many = results.length + leftOut.length > 1
  const counted = describeResults(words.did, results, leftOut.length)
  if (first?.kind === 'failed' && failed.length === 1) {
    const why = `${first.item.name}: ${toFailure(first.error).message}`
    return many ? `${counted}. ${why}` : why
  }
  return left === undefined || many ? counted : `${left.tenant.name} was left out: ${left.why}`
}

/**
 * The results that a list has no room for: `8,166 more are not listed: 12 failed, 8,154 not begun.` Only those that had
 * begun are in the activity. Empty when all are listed.
 */
export function describeUnlisted(did: string, results: Kinds, leftOut: readonly unknown[]): string {
  const more = results.length + leftOut.length
  if (more === 0) return ''
  return `${more.toLocaleString('en')} more are not listed: ${describeResults(did, results, leftOut.length)}.`
}

/**
 * The text for a screen reader: the beginning, each quarter and the end, because every number of thousands would drown
 * all else. It stays the same until the next of these.
 */
export function announceBulk(state: BulkState): string {
  switch (state.kind) {
    case 'none':
      return ''
    case 'running': {
      const { words, total, done, failed, stopping } = state
      if (stopping) return 'Stopping: what is under way ends first.'
      const quarter = Math.floor((4 * (done + failed)) / Math.max(1, total))
      const reached = Math.ceil((quarter * total) / 4)
      return `${words.doing}: ${reached.toLocaleString('en')} of ${total.toLocaleString('en')}`
    }
    case 'over':
      return describeEnd(state)
  }
}
