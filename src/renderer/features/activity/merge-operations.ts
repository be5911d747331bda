import type { Operation } from '../../../contract/activity.ts'

/** Which operations are shown. An empty text or null stands for all. */
export interface ActivityFilter {
  readonly text: string
  readonly outcome: Operation['outcome'] | null
  readonly host: string | null
}

export const noFilter: ActivityFilter = { text: '', outcome: null, host: null }

/** Pages that were loaded and what came live since, each operation once as it is now; running ones first, then the newest. */
export function mergeOperations(
  loaded: readonly Operation[],
  live: readonly Operation[],
): readonly Operation[] {
  const byId = new Map([...loaded, ...live].map((operation) => [operation.id, operation]))
  const rank = ({ outcome }: Operation): number => (outcome === 'running' ? 0 : 1)
  return [...byId.values()].sort(
    (a, b) => rank(a) - rank(b) || compareText(b.startedAt, a.startedAt) || compareText(b.id, a.id),
  )
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Those of the operations that a filter lets through; each word of the text has to occur somewhere in it. */
export function filterOperations(
  operations: readonly Operation[],
  { text, outcome, host }: ActivityFilter,
): readonly Operation[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean)
  return operations.filter((operation) => {
    if (outcome !== null && operation.outcome !== outcome) return false
    if (host !== null && operation.host !== host) return false
    const { kind, tenant, actor, why } = operation
    const searched = `${kind} ${tenant ?? ''} ${operation.host ?? ''} ${actor} ${why}`.toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}
