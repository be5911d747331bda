import type { Operation } from './activity.ts'
import { describeKind } from './operation-kind.ts'

/** What is typed to find operations, as words in lower case; all of them have to be found. */
export function splitWords(text: string): readonly string[] {
  return text.normalize('NFC').toLowerCase().split(/\s+/u).filter(Boolean)
}

/** Whether each of the words occurs in what is read of an operation: what was done, to whom, by whom, and why it failed. */
export function holdsWords(operation: Operation, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const { kind, tenant, host, actor, why } = operation
  const searched = [kind, describeKind(kind), tenant ?? '', host ?? '', actor, why].join(' ')
  const folded = searched.normalize('NFC').toLowerCase()
  return words.every((word) => folded.includes(word))
}
