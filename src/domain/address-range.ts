import ipaddr from 'ipaddr.js'

/** The addresses of one entry as numbers, both ends included. */
export interface AddressRange {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
}

/** @param cidr in its stored form, as `parseCidr` gives it, or one of `anyone` */
export function toAddressRange(cidr: string): AddressRange {
  const [address, prefix] = ipaddr.parseCIDR(cidr)
  const bytes = address.toByteArray()
  const first = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
  return {
    family: address.kind() === 'ipv4' ? 4 : 6,
    first,
    last: first + (1n << BigInt(bytes.length * 8 - prefix)) - 1n,
  }
}

export const countAddresses = ({ first, last }: AddressRange): bigint => last - first + 1n

/** For each entry, by its text, the narrowest other one that holds all of its addresses. */
export interface Nesting {
  readonly cidr: string
  readonly range: AddressRange
  readonly outer: Nesting | undefined
}

/**
 * The entries that lie inside of others. Ranges by prefix are either apart or one inside the other, so that one walk in
 * order suffices: 10,000 entries take milliseconds.
 * @param cidrs in their stored form, each once
 */
export function nestRanges(cidrs: Iterable<string>): Map<string, Nesting> {
  const sorted = [...cidrs].map((cidr) => ({ cidr, range: toAddressRange(cidr) })).sort(compareRanges)
  const nested = new Map<string, Nesting>()
  const open: Nesting[] = []
  for (const { cidr, range } of sorted) {
    while (open.length > 0 && !contains(open.at(-1), range)) open.pop()
    const nesting = { cidr, range, outer: open.at(-1) }
    nested.set(cidr, nesting)
    open.push(nesting)
  }
  return nested
}

type Sorted = Pick<Nesting, 'range'>

/** By family and first address, wider ones before those inside them. */
function compareRanges({ range: a }: Sorted, { range: b }: Sorted): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  if (a.last === b.last) return 0
  return a.last > b.last ? -1 : 1
}

function contains(outer: Nesting | undefined, { family, first, last }: AddressRange): boolean {
  return outer?.range.family === family && outer.range.first <= first && last <= outer.range.last
}
