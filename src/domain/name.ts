import { fail } from './problem-error.ts'
import { changesDirection, directionReason } from './writing-direction.ts'

/**
 * Two names that fold to the same text are the same name: NFC, then case folding. Lower case alone keeps ß apart from SS
 * and the two small sigmas from each other; by way of upper case alone, ẞ stays apart from SS.
 */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
}

/**
 * Notes in their stored form: any text with line breaks and tabs, but without other control characters, and without
 * characters that change the writing direction.
 * @throws ProblemError INVALID_INPUT
 */
export function parseNotes(given: string): string {
  const notes = given.normalize('NFC').replaceAll('\r\n', '\n')
  const refuse = (what: string): never =>
    fail({ code: 'INVALID_INPUT', details: { field: 'notes', given, reason: `they hold ${what}` } })
  if (/[^\P{Cc}\n\t]|\p{Cs}/u.test(notes)) refuse('control characters')
  if (changesDirection(notes)) refuse(directionReason)
  return notes
}

/** At most so many tags a tenant, as the host's state file takes them. */
const mostTags = 20

/**
 * Tags in their stored form, each once: 1 to 32 letters, digits, `. _ -`, lower case.
 * @throws ProblemError INVALID_INPUT
 */
export function parseTags(given: readonly string[]): string[] {
  const tags = [...new Set(given.map((tag) => tag.normalize('NFC').trim().toLowerCase()))]
  const wrong = tags.find((tag) => !/^[\p{L}\p{Nd}._-]{1,32}$/u.test(tag))
  const refuse = (text: string, reason: string): never =>
    fail({ code: 'INVALID_INPUT', details: { field: 'tag', given: text, reason } })
  if (wrong !== undefined) refuse(wrong, '1 to 32 letters, digits, . _ and - are possible')
  if (tags.length > mostTags) refuse(tags.join(' '), `${mostTags} is the most`)
  return tags
}

/** 1 to 64 characters: letters of any script with their marks, digits, `. _ @ + -` and single inner spaces. */
const namePattern = /^[\p{L}\p{Nd}._@+-][\p{L}\p{M}\p{Nd}._@+-]*(?: [\p{L}\p{M}\p{Nd}._@+-]+)*$/u

/**
 * A tenant's or host's name in its stored form (NFC).
 * @throws ProblemError INVALID_INPUT
 */
export function parseName(noun: 'host' | 'tenant', given: string): string {
  const name = given.normalize('NFC')
  const refuse = (reason: string): never =>
    fail({ code: 'INVALID_INPUT', details: { field: `${noun} name`, given, reason } })
  if (name === '') refuse('it is empty')
  if ([...name].length > 64) refuse('it is longer than 64 characters')
  if (!namePattern.test(name)) refuse('only letters, digits, . _ @ + - and single spaces inside are possible')
  if (name.startsWith('-')) refuse('it may not start with a hyphen')
  return name
}
