import type { WholeRange } from '../../contract/limits.ts'

/** The entry of a field for a number: text where it is no number, or one of more digits than a number holds. */
export type Typed = number | string

/** `128`, `0128`; 15 digits at most, which every number holds exactly. */
const digits = /^0*\d{1,15}$/

/** The whole number that was typed; undefined when it is none or out of the range. Nothing is rounded or put right. */
export function readWhole(typed: Typed, { least, most }: WholeRange): number | undefined {
  const value = typeof typed === 'string' && digits.test(typed) ? Number(typed) : typed
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
  return fits ? value : undefined
}

/**
 * The fault of an entry, in words for under the field; undefined when there is none.
 * @param grouped whether digits are grouped: `65,536`; ports are not
 */
export function describeWrong(typed: Typed, range: WholeRange, grouped: boolean): string | undefined {
  if (readWhole(typed, range) !== undefined) return undefined
  const [least, most] = [range.least, range.most].map((end) => (grouped ? end.toLocaleString('en') : end))
  return `A whole number from ${least} to ${most}`
}
