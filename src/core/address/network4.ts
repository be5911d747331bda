import ipaddr from 'ipaddr.js'

/** An IPv4 network: its first address as a number, and its prefix length. */
interface Network4 {
  readonly first: number
  readonly prefix: number
}

/**
 * A network as Docker, `ip` and people write it, `10.8.0.0/24`, in its usual form; null for anything else. An address
 * inside of it stands for it (`10.8.0.1/24`), one without a length for itself.
 */
export function renderNetwork4(text: string): string | null {
  const cidr = text.includes('/') ? text : `${text}/32`
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) return null
  const prefix = Number(cidr.slice(cidr.indexOf('/') + 1))
  return `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${prefix}`
}

/** Whether the first network is the second one or a part of it; both in their usual form. */
export function isInside(inner: string, outer: string): boolean {
  const [small, large] = [parse(inner), parse(outer)]
  return small.prefix >= large.prefix && floor(small.first, large.prefix) === large.first
}

/** Two networks have addresses in common when one is a part of the other. */
export const doOverlap = (one: string, other: string): boolean => isInside(one, other) || isInside(other, one)

export const prefixOf = (network: string): number => parse(network).prefix

/** The network itself and all that it is a part of, the widest last. */
export function listAround(network: string): string[] {
  const { first, prefix } = parse(network)
  return Array.from({ length: prefix + 1 }, (_, less) => {
    const base = floor(first, prefix - less)
    return `${[24, 16, 8, 0].map((bits) => (base >>> bits) & 255).join('.')}/${prefix - less}`
  })
}

function parse(network: string): Network4 {
  const [address = '', prefix] = network.split('/')
  const first = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
  return { first, prefix: Number(prefix) }
}

/** The first address of the network of that length around an address. */
const floor = (address: number, prefix: number): number =>
  prefix === 0 ? 0 : (address & (0xffff_ffff << (32 - prefix))) >>> 0
