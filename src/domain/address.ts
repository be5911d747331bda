import ipaddr from 'ipaddr.js'
import { fail } from './problem-error.ts'

/** The entries that the word `anyone` stands for. */
export const anyone = ['0.0.0.0/0', '::/0'] as const

/** Dotted decimal without leading zeros: `010.1.2.3` is 8.1.2.3 for some programs and 10.1.2.3 for others. */
const dottedDecimal = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/

/**
 * An allowlist entry in its stored form: network address and prefix length, `203.0.113.7` becoming `203.0.113.7/32`.
 * Host bits are refused, because the kernel's set would silently widen them to the whole network.
 * @throws ProblemError ADDRESS_INVALID, with what was probably meant where that is known
 */
export function parseCidr(given: string): string {
  const refuse = (reason: string, suggestion?: string): never =>
    fail({
      code: 'ADDRESS_INVALID',
      details: { given, reason, ...(suggestion === undefined ? {} : { suggestion }) },
    })
  const text = given.trim()
  const [addressText = '', prefixText, ...rest] = text.split('/')
  if (rest.length > 0) refuse('it has more than one slash')
  const address = parseAddress(addressText, refuse)
  const bits = address.kind() === 'ipv4' ? 32 : 128
  if (prefixText !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(prefixText))
    refuse('the part after the slash is not a number')
  const prefix = prefixText === undefined ? bits : Number(prefixText)
  if (prefix > bits) refuse(`the prefix length is more than ${bits}`)
  if (isMapped(address)) refuse('it is an IPv4 address written as IPv6', unmapped(address, prefix))
  const network = networkOf(address, prefix)
  const cidr = `${render(network)}/${prefix}`
  if (prefix === 0) refuse('it opens the cache to everybody', 'the word "anyone", which says so')
  if (render(network) !== render(address)) refuse(`${render(address)} is an address inside that range`, cidr)
  return cidr
}

function parseAddress(
  text: string,
  refuse: (reason: string, suggestion?: string) => never,
): ipaddr.IPv4 | ipaddr.IPv6 {
  if (text.includes(':')) {
    // The library reads 64:ff9b::010.1.2.3 as octal, so its dotted part has to pass the same test.
    const last = text.slice(text.lastIndexOf(':') + 1)
    const isPlain = !text.includes('%') && (!last.includes('.') || dottedDecimal.test(last))
    if (!isPlain || !ipaddr.IPv6.isValid(text)) return refuse('it is not an IPv6 address')
    return ipaddr.IPv6.parse(text)
  }
  if (!dottedDecimal.test(text) || !ipaddr.IPv4.isValid(text)) {
    return refuse(
      'it is not an IPv4 address (four numbers from 0 to 255, without leading zeros) nor an IPv6 address',
    )
  }
  return ipaddr.IPv4.parse(text)
}

function isMapped(address: ipaddr.IPv4 | ipaddr.IPv6): address is ipaddr.IPv6 {
  return address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()
}

/** ::ffff:1.2.3.0/120 in IPv4: 1.2.3.0/24. Of a single address, and of a prefix up to 96, the address alone is left. */
function unmapped(address: ipaddr.IPv6, prefix: number): string {
  const inner = address.toIPv4Address()
  if (prefix <= 96 || prefix === 128) return render(inner)
  return `${render(networkOf(inner, prefix - 96))}/${prefix - 96}`
}

function networkOf(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): ipaddr.IPv4 | ipaddr.IPv6 {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8))
    return byte & (0xff << (8 - kept)) & 0xff
  })
  const network = ipaddr.fromByteArray(bytes)
  return network
}

/** RFC 5952 for IPv6, dotted decimal for IPv4: the same text that Python's ipaddress gives on the host. */
function render(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address.kind() === 'ipv4' ? address.toString() : (address as ipaddr.IPv6).toRFC5952String()
}

/** Whether every address of `inner` is also in `outer`; both as {@link parseCidr} gives them, or of `anyone`. */
export function covers(outer: string, inner: string): boolean {
  const [outerAddress, outerPrefix] = ipaddr.parseCIDR(outer)
  const [innerAddress, innerPrefix] = ipaddr.parseCIDR(inner)
  if (outerAddress.kind() !== innerAddress.kind() || outerPrefix > innerPrefix) return false
  return innerAddress.match(outerAddress, outerPrefix)
}

/** Whether an entry is one of the two that let everybody in. */
export function isAnyone(cidr: string): boolean {
  return cidr === anyone[0] || cidr === anyone[1]
}
