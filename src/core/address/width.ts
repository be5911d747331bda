import { countAddresses, nestRanges } from '../../domain/address-range.ts'
import { notPublic } from './special-range.ts'

type Family = 4 | 6

const families: readonly Family[] = [4, 6]
const bitsOf: Readonly<Record<Family, number>> = { 4: 32, 6: 128 }
const familyOf = (cidr: string): Family => (cidr.includes(':') ? 6 : 4)

/** The most that one change may add without a question, as a prefix length: a /8 of IPv4, a /16 of IPv6. */
const widestUnasked: Readonly<Record<Family, number>> = { 4: 8, 6: 16 }

/**
 * How many addresses of a family the entries cover together, each counted once.
 * @param cidrs in their stored form, of both families
 */
export function countCovered(family: Family, cidrs: Iterable<string>): bigint {
  const own = new Set([...cidrs].filter((cidr) => familyOf(cidr) === family))
  return [...nestRanges(own).values()]
    .filter(({ outer }) => outer === undefined)
    .reduce((sum, { range }) => sum + countAddresses(range), 0n)
}

/** Whether the entries together let in everybody who could come over the internet, in IPv4 or in IPv6. */
export function isOpenToAnyone(cidrs: readonly string[]): boolean {
  return families.some((family) => coversPublic(family, cidrs))
}

/**
 * Whether nobody on the internet is left out. Ranges that nobody connects from count as covered: a list of all but
 * private ranges is open to everybody, and for IPv6 2000::/3 alone is.
 */
function coversPublic(family: Family, cidrs: readonly string[]): boolean {
  // Lists of 10,000 tenants are judged at each look: nearly all are known to be narrow by adding up their parts.
  const parts = cidrs.filter((cidr) => familyOf(cidr) === family).map(shareOfEntry)
  if (parts.reduce((sum, part) => sum + part, 0) < leastPublicShare[family]) return false
  return countCovered(family, [...cidrs, ...notPublic]) === 1n << BigInt(bitsOf[family])
}

/** A little less than the share of all addresses that is public: 0.86 of IPv4, an eighth of IPv6. */
const leastPublicShare: Readonly<Record<Family, number>> = { 4: 0.8, 6: 0.12 }

const shareOfEntry = (cidr: string): number => 2 ** -Number(cidr.slice(cidr.indexOf('/') + 1))

/** How a change widens an allowlist more than goes without saying. */
export interface Widening {
  /** `anyone`: it lets in everybody now, over a family where it did not before. `wide`: it only covers much. */
  readonly kind: 'anyone' | 'wide'
  /** The families concerned, and how many addresses of each the whole list covers then. */
  readonly covered: readonly { readonly family: Family; readonly addresses: bigint }[]
}

/**
 * The reason why a change has to be confirmed: it opens a family to everybody, or makes the list wider than a /8 of
 * IPv4 or a /16 of IPv6. With a list that is that wide already, only an addition of more than that is a reason again,
 * and an entry that is wider by itself and lets in somebody new.
 * @param before the entries in their stored form, and `after` with those that are added
 * @returns undefined where nothing has to be asked
 */
export function judgeWidening(before: readonly string[], after: readonly string[]): Widening | undefined {
  const opened = families.filter((family) => coversPublic(family, after) && !coversPublic(family, before))
  if (opened.length > 0) return { kind: 'anyone', covered: measure(opened, after) }
  const known = new Set(before)
  const added = after.filter((cidr) => !known.has(cidr))
  const widened = families.filter((family) => {
    const least = 1n << BigInt(bitsOf[family] - widestUnasked[family])
    const [was, is] = [countCovered(family, before), countCovered(family, after)]
    if (is <= least || is === was) return false
    return (
      was <= least ||
      is - was > least ||
      added.some((cidr) => isWide(family, cidr) && countCovered(family, [...before, cidr]) > was)
    )
  })
  return widened.length === 0 ? undefined : { kind: 'wide', covered: measure(widened, after) }
}

function isWide(family: Family, cidr: string): boolean {
  return familyOf(cidr) === family && shareOfEntry(cidr) > 2 ** -widestUnasked[family]
}

function measure(of: readonly Family[], cidrs: readonly string[]): Widening['covered'] {
  return of.map((family) => ({ family, addresses: countCovered(family, cidrs) }))
}

/** `The allowlist would cover 50 % of all IPv4 addresses.` */
export function describeWidening({ kind, covered }: Widening): string {
  if (kind === 'anyone') {
    const over = covered.map(({ family }) => `IPv${family}`).join(' and ')
    return `The allowlist would let in everybody on the internet over ${over}.`
  }
  const shares = covered.map(({ family, addresses }) => describeShare(family, addresses)).join(' and ')
  return `The allowlist would cover ${shares}.`
}

/** `50 % of all IPv4 addresses`, with two digits; never 100 % where some are left out. Of IPv6, 2000::/3 is in use. */
export function describeShare(family: Family, addresses: bigint): string {
  const all = 1n << BigInt(bitsOf[family])
  // Whole millionths of a percent: exact enough for two digits of the least that is asked, 0.0015 %.
  const percent = Number((addresses * 100_000_000n) / all) / 1_000_000
  const digits = Number(percent.toPrecision(2))
  const words = digits >= 100 && addresses < all ? 'more than 99 %' : `${digits} %`
  const share = `${words} of all IPv${family} addresses`
  return family === 4 ? share : `${share}, of which an eighth is in use`
}
