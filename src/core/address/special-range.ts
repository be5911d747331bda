import ipaddr from 'ipaddr.js'
import type { AllowNote } from '../../contract/allowlist.ts'
import { covers } from '../../domain/address.ts'

/** Why nobody connects over the internet from an address. */
type SpecialKind =
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'provider'
  | 'multicast'
  | 'documentation'
  | 'reserved'

/**
 * Ranges that no connection over the internet comes from, after IANA's registries of special-purpose addresses (RFC
 * 6890); narrower ones before those that hold them. Of IPv6 only 2000::/3 was ever given out, so the rest is reserved.
 */
const specialRanges: readonly (readonly [SpecialKind, ...(readonly string[])])[] = [
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  ['loopback', '127.0.0.0/8', '::1/128'],
  ['link-local', '169.254.0.0/16', 'fe80::/10'],
  ['provider', '100.64.0.0/10'],
  ['multicast', '224.0.0.0/4', 'ff00::/8'],
  ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  ['reserved', '0.0.0.0/8', '192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4'],
  ['reserved', '2001:2::/48', '::/3', '4000::/2', '8000::/1'],
]

/** Every range that no connection over the internet comes from, in the stored form of entries. */
export const notPublic: readonly string[] = specialRanges.flatMap(([, ...cidrs]) => cidrs)

const reasons: Readonly<Record<SpecialKind, string>> = {
  private: 'that is for private networks, and lets in only who shares one with the host',
  loopback: "that is a computer's own",
  'link-local': "that is for one network segment, and lets in only who is on the host's",
  provider: 'that is for networks behind a provider, whose customers are seen with other addresses',
  multicast: 'that is for groups of receivers, and nothing is sent from it',
  documentation: 'that is for examples in documents',
  reserved: 'that is reserved, and nobody has it',
}

/**
 * Notes on entries that let in nobody over the internet, one a kind. Such entries may be meant all the same, for a
 * network inside: where the host itself is reached by an inside address, its clients are expected inside, too.
 * @param cidrs in their stored form
 * @param addresses what tenants of the host connect to; none where that is not known
 */
export function noteSpecial(cidrs: readonly string[], addresses: readonly string[]): AllowNote[] {
  const byKind = new Map<SpecialKind, string[]>()
  for (const cidr of cidrs) {
    const kind = kindOf(cidr)
    if (kind === undefined || isExpected(kind, cidr, addresses)) continue
    const same = byKind.get(kind) ?? []
    byKind.set(kind, same)
    same.push(cidr)
  }
  return [...byKind].map(([kind, same]) => ({ cidrs: same, sentence: describe(kind, same) }))
}

/** Kinds that programs in an inside network connect from. */
const isUsedInside: Readonly<Record<SpecialKind, boolean>> = {
  ...{ private: true, provider: true, reserved: true, documentation: false },
  ...{ loopback: false, 'link-local': false, multicast: false },
}

/**
 * Whether clients with such an entry go with the addresses that tenants connect to, over the family of the entry where
 * the host has one: inside addresses with inside ones, and in a sandbox those of documents with those of documents.
 */
function isExpected(kind: SpecialKind, cidr: string, addresses: readonly string[]): boolean {
  const ofFamily = addresses.filter((address) => isName(address) || isIPv6(address) === isIPv6(cidr))
  const judged = ofFamily.length > 0 ? ofFamily : addresses
  const goesWith = (own: SpecialKind | undefined): boolean =>
    own !== undefined && (kind === 'documentation' ? own === kind : isUsedInside[kind] && isUsedInside[own])
  return judged.length > 0 && judged.every((address) => !isName(address) && goesWith(kindOf(address)))
}

const isIPv6 = (text: string): boolean => text.includes(':')
/** Nobody knows here what a DNS name leads to. */
const isName = (address: string): boolean => !ipaddr.isValid(address)

/** @param text an entry in its stored form, or one address */
function kindOf(text: string): SpecialKind | undefined {
  const cidr = text.includes('/') ? text : `${text}/${isIPv6(text) ? 128 : 32}`
  return specialRanges.find(([, ...ranges]) => ranges.some((range) => covers(range, cidr)))?.[0]
}

function describe(kind: SpecialKind, [first = '', ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` and ${others.length.toLocaleString('en')} more`
  const isSingle = first.endsWith(first.includes(':') ? '/128' : '/32')
  const shown = isSingle ? first.slice(0, first.indexOf('/')) : first
  return `${shown}${more} can't come over the internet: ${reasons[kind]}.`
}
