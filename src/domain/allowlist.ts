import {
  type AllowEntry,
  type AllowInput,
  mostAllowEntries,
  type WidthConfirmed,
} from '../contract/allowlist.ts'
import { anyone, covers, parseCidr } from './address.ts'
import { fail, ProblemError } from './problem-error.ts'
import { changesDirection, directionReason } from './writing-direction.ts'

/** An entry to be added, in its stored form. Without a label the one that it has stays; an empty one takes it away. */
export interface AddedEntry {
  readonly cidr: string
  readonly label?: string
}

/**
 * Entries as the operator wrote them, in their stored form; `anyone` becomes its two ranges.
 * @throws ProblemError ADDRESS_INVALID, INVALID_INPUT
 */
export function parseAllowInputs(inputs: readonly AllowInput[]): AddedEntry[] {
  return inputs.flatMap(({ cidr, label }) => {
    const labelled = label === undefined ? {} : { label: parseLabel(label) }
    if (isAnyoneWord(cidr)) return anyone.map((range) => ({ cidr: range, ...labelled }))
    return [{ cidr: parseOneOf(inputs.length, cidr), ...labelled }]
  })
}

/** @throws ProblemError ADDRESS_INVALID, which says that nothing was done with the others either */
function parseOneOf(count: number, cidr: string): string {
  try {
    return parseCidr(cidr)
  } catch (error) {
    if (count < 2 || !(error instanceof ProblemError) || error.problem.code !== 'ADDRESS_INVALID') throw error
    return fail({ code: 'ADDRESS_INVALID', details: { ...error.problem.details, untouched: true } }, error)
  }
}

/** How wide a list may become by these entries: the word `anyone` says by itself that everybody is meant. */
export function readWidthConfirmed(
  inputs: readonly AllowInput[],
  confirmed: WidthConfirmed | undefined,
): WidthConfirmed | undefined {
  return inputs.some(({ cidr }) => isAnyoneWord(cidr)) ? 'anyone' : confirmed
}

const isAnyoneWord = (text: string): boolean => text.trim().toLowerCase() === 'anyone'

/** The same for what is to be revoked, where no label is given: also everybody as the list has it, `0.0.0.0/0`. */
export function parseRevocations(cidrs: readonly string[]): string[] {
  const isEverybody = (cidr: string): boolean => anyone.some((range) => range === cidr.trim())
  const others = cidrs.filter((cidr) => !isEverybody(cidr))
  const parsed = parseAllowInputs(others.map((cidr) => ({ cidr }))).map((entry) => entry.cidr)
  return [...cidrs.filter(isEverybody).map((cidr) => cidr.trim()), ...parsed]
}

/**
 * A label in its stored form.
 * @throws ProblemError INVALID_INPUT
 */
export function parseLabel(given: string): string {
  const label = given.normalize('NFC').trim()
  const refuse = (what: string): never =>
    fail({ code: 'INVALID_INPUT', details: { field: 'label', given, reason: `it holds ${what}` } })
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(label)) refuse('control characters')
  if (changesDirection(label)) refuse(directionReason)
  return label
}

/**
 * The list with the entries added; an entry that is there already gets the new label if one was given.
 * @throws ProblemError INVALID_INPUT when the list would grow too long
 */
export function withAllowed(list: readonly AllowEntry[], added: readonly AddedEntry[]): AllowEntry[] {
  const byCidr = new Map(list.map((entry) => [entry.cidr, entry]))
  for (const { cidr, label } of added) {
    byCidr.set(cidr, { cidr, label: label ?? byCidr.get(cidr)?.label ?? '' })
  }
  if (byCidr.size > mostAllowEntries) {
    const details = {
      field: 'allowlist',
      given: `${byCidr.size} entries`,
      reason: `${mostAllowEntries} is the most; use ranges`,
    }
    fail({ code: 'INVALID_INPUT', details })
  }
  return [...byCidr.values()]
}

/**
 * The list without the revoked entries, which need not be on it: the host may have them. One that something else on the
 * remaining list covers refuses the whole change, because revoking it would look done and change nothing.
 * @throws ProblemError ENTRY_COVERED
 */
export function withRevoked(
  tenant: string,
  list: readonly AllowEntry[],
  revoked: readonly string[],
): AllowEntry[] {
  const rest = list.filter((entry) => !revoked.includes(entry.cidr))
  for (const cidr of revoked) {
    const by = rest.find((entry) => covers(entry.cidr, cidr))
    const untouched = revoked.length > 1 ? { untouched: true } : {}
    if (by !== undefined)
      fail({ code: 'ENTRY_COVERED', details: { tenant, cidr, by: by.cidr, ...untouched } })
  }
  return rest
}
