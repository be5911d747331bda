import { type AllowEntry, mostAllowEntries } from '../contract/allowlist.ts'
import type { AllowPreview } from '../contract/tenant.ts'
import { noteSpecial } from '../core/address/special-range.ts'
import { describeWidening, judgeWidening } from '../core/address/width.ts'
import { countAddresses, type Nesting, nestRanges, toAddressRange } from './address-range.ts'
import { parseAllowInputs } from './allowlist.ts'
import { describeProblem } from './describe-problem.ts'
import { type PastedEntry, splitPasted } from './pasted-addresses.ts'
import { ProblemError } from './problem-error.ts'

type PreviewEntry = AllowPreview['entries'][number]

/** An entry that was understood, where it stands. */
interface ReadEntry extends AllowEntry {
  readonly line: number
}

/**
 * The effect of a pasted text on an allowlist: each entry in its stored form, entries that are no address and why, and
 * entries that change nothing, because they are on the list already, stand in the text twice, or lie in a wider one.
 * @param list the tenant's allowlist as it is; empty for a tenant that is still to be made
 * @param addresses what tenants of the host connect to, or of all hosts that may be meant; none where that is not known
 */
export function previewAllow(
  text: string,
  list: readonly AllowEntry[],
  addresses: readonly string[] = [],
): AllowPreview {
  const { read, problems, leftOut } = readEntries(splitPasted(text), list)
  const kept = new Map(list.map((entry) => [entry.cidr, entry]))
  const firsts = new Map<string, ReadEntry>()
  for (const entry of read) if (!firsts.has(entry.cidr)) firsts.set(entry.cidr, entry)
  const nested = nestRanges(new Set([...kept.keys(), ...firsts.keys()]))
  const within = findKeptWithin(nested, kept)
  const entries = read.map((entry): PreviewEntry => {
    const { line, cidr, label } = entry
    const count = countAddresses(toAddressRange(cidr)).toString()
    const note = describeNote(entry, { kept, firsts, nested, within })
    const special = noteSpecial([cidr], addresses)[0]?.sentence ?? ''
    return { line, cidr, label, addresses: count, note, special }
  })
  const widening = judgeWidening([...kept.keys()], [...nested.keys()])
  const widens = widening === undefined ? '' : describeWidening(widening)
  return { entries, problems, leftOut, opensToAnyone: widening?.kind === 'anyone', widens }
}

/** The entries from the first on, as far as they fit on the list; allowing exactly these is not refused for their number. */
function readEntries(pasted: readonly PastedEntry[], list: readonly AllowEntry[]) {
  const problems: AllowPreview['problems'] = []
  const read: ReadEntry[] = []
  const then = new Set(list.map(({ cidr }) => cidr))
  let unreadable = 0
  for (const [index, entry] of pasted.entries()) {
    // The text is read no further than a list can be long: reading takes time, and each is shown on a line.
    const found = index === mostAllowEntries ? [] : readEntry(entry, problems)
    const added = found.filter(({ cidr }) => !then.has(cidr))
    if (index === mostAllowEntries || then.size + added.length > mostAllowEntries) {
      const leftOut = pasted.length - index
      const sentence = describeTooMany(list.length, pasted.length, leftOut)
      problems.push({ line: entry.line, given: entry.cidr, sentence })
      return { read, problems, leftOut: unreadable + leftOut }
    }
    if (found.length === 0) unreadable += 1
    read.push(...found)
    for (const { cidr } of added) then.add(cidr)
  }
  return { read, problems, leftOut: unreadable }
}

function describeTooMany(listed: number, pasted: number, leftOut: number): string {
  const [most, ofText, left] = [mostAllowEntries, pasted, leftOut].map((count) => count.toLocaleString('en'))
  const before =
    listed === 0
      ? ''
      : `, and ${listed.toLocaleString('en')} ${listed === 1 ? 'is' : 'are'} on the list already`
  const rest = leftOut === 1 ? 'the last one is' : `the last ${left} are`
  return `The text has ${ofText} ${pasted === 1 ? 'entry' : 'entries'}${before}; a tenant can have ${most}, so ${rest} left out. Use ranges.`
}

function readEntry({ line, cidr, label }: PastedEntry, problems: AllowPreview['problems']): ReadEntry[] {
  try {
    return parseAllowInputs([{ cidr, label }]).map((entry) => ({ line, label: '', ...entry }))
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { message, advice } = describeProblem(error.problem)
    problems.push({ line, given: cidr, sentence: `${message} ${advice}` })
    return []
  }
}

/** For each entry of the text, the entries of the list that lie in it. */
function findKeptWithin(
  nested: ReadonlyMap<string, Nesting>,
  kept: ReadonlyMap<string, AllowEntry>,
): Map<string, string[]> {
  const within = new Map<string, string[]>()
  for (const cidr of kept.keys()) {
    for (let outer = nested.get(cidr)?.outer; outer !== undefined; outer = outer.outer) {
      const inner = within.get(outer.cidr) ?? []
      within.set(outer.cidr, inner)
      inner.push(cidr)
    }
  }
  return within
}

interface Surroundings {
  readonly kept: ReadonlyMap<string, AllowEntry>
  readonly firsts: ReadonlyMap<string, ReadEntry>
  readonly nested: ReadonlyMap<string, Nesting>
  readonly within: ReadonlyMap<string, readonly string[]>
}

function describeNote(entry: ReadEntry, { kept, firsts, nested, within }: Surroundings): string {
  const first = firsts.get(entry.cidr)
  if (first !== undefined && first !== entry) {
    return first.line === entry.line
      ? 'It stands twice on this line.'
      : `It stands on line ${first.line} already.`
  }
  const present = kept.get(entry.cidr)
  if (present !== undefined) {
    return entry.label === '' || entry.label === present.label
      ? 'It is on the allowlist already.'
      : `It is on the allowlist already; its label becomes "${entry.label}".`
  }
  const outer = nested.get(entry.cidr)?.outer
  if (outer !== undefined) {
    const place = kept.has(outer.cidr) ? 'the allowlist' : `line ${firsts.get(outer.cidr)?.line}`
    return `${outer.cidr} on ${place} lets it in already.`
  }
  const inner = within.get(entry.cidr) ?? []
  if (inner.length === 0) return ''
  const more = inner.length > 1 ? ` and ${inner.length - 1} more` : ''
  return `It holds ${inner[0]}${more} of the allowlist, which it makes needless.`
}
