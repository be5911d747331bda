import type { Operation, ActivityFilter as Question } from '../../../contract/activity.ts'
import { holdsWords, splitWords } from '../../../contract/activity-search.ts'

/** The filter of the activity. An empty text or null stands for all. */
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

/** The same filter for the program, which has all operations. */
export function toQuestion({
  text,
  outcome,
  host,
}: ActivityFilter): Pick<Question, 'text' | 'outcome' | 'host'> {
  return {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(outcome === null ? {} : { outcome }),
    ...(host === null ? {} : { host }),
  }
}

/** The operations that a filter lets through. Live ones come unasked, so the page filters them, too. */
export function filterOperations(
  operations: readonly Operation[],
  { text, outcome, host }: ActivityFilter,
): readonly Operation[] {
  const words = splitWords(text)
  return operations.filter(
    (operation) =>
      (outcome === null || operation.outcome === outcome) &&
      (host === null || operation.host === host) &&
      holdsWords(operation, words),
  )
}

/** Where the next page begins: behind the last operation of this one, if it is a full one. */
export function pageAfter(
  page: readonly Operation[],
  size: number,
): Pick<Question, 'before' | 'beforeId'> | undefined {
  const last = page.at(-1)
  return last === undefined || page.length < size ? undefined : { before: last.startedAt, beforeId: last.id }
}
