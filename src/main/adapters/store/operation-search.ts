import { and, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { listKindsSaying } from '../../../contract/operation-kind.ts'
import { operations } from './schema.ts'

/**
 * Lets through every operation in which people read all of the words, and some others: the sentence of a problem is not
 * in the store, so that all that failed or are not ended come through. Who reads them decides.
 * @param words in lower case
 */
export function mayHold(words: readonly string[]): SQL | undefined {
  return and(...words.map(mayHoldOne))
}

function mayHoldOne(word: string): SQL | undefined {
  const pattern = renderPattern(word)
  const { kind, hostName, tenantName, actor, problem, outcome } = operations
  const kinds = listKindsSaying(word)
  return or(
    ...[kind, hostName, tenantName, actor].map((column) => sql`${column} LIKE ${pattern} ESCAPE '\\'`),
    kinds.length === 0 ? undefined : inArray(kind, kinds),
    isNotNull(problem),
    eq(outcome, 'running'),
  )
}

/**
 * `100%` is `%100\%%`. LIKE takes A and a for the same, but not É and é, so that anything may stand in their place.
 */
function renderPattern(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, '\\$&').replaceAll(/[^\x20-\x7e]+/g, '%')}%`
}
