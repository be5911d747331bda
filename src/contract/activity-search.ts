import type { Operation } from './activity.ts'
import { describeKind } from './operation-kind.ts'

/** Words of a search for operations, in lower case; an operation has to hold all of them. */
export function splitWords(text: string): readonly string[] {
  return text.normalize('NFC').toLowerCase().split(/\s+/u).filter(Boolean)
}

/** Whether the text of an operation holds each of the words: kind, tenant, host, account and reason of a failure. */
export function holdsWords(operation: Operation, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const { kind, tenant, host, actor, why } = operation
  const searched = [kind, describeKind(kind), tenant ?? '', host ?? '', actor, why].join(' ')
  const folded = searched.normalize('NFC').toLowerCase()
  return words.every((word) => folded.includes(word))
}
