import { networkInterfaces } from 'node:os'

/** The IPv4 ranges for documentation (RFC 5737), without their last byte. */
const documentation = ['198.51.100', '203.0.113', '192.0.2'] as const

/** One link: both ends' addresses. Lengths are 30 (IPv4) and 64 (IPv6). */
export interface LinkAddresses {
  readonly near4: string
  readonly far4: string
  readonly near6: string
  readonly far6: string
}

/** Links between the machine and its hosts are called `sandbox0` to `sandbox63`: as many /30s as a /24 holds. */
export const linkPrefix = 'sandbox'
export const linkCount = 64

/** The first documentation range that this machine has no address of its own in. */
const hostRange = (): string => {
  const own = Object.entries(networkInterfaces())
    .filter(([name]) => !name.startsWith(linkPrefix))
    .flatMap(([, addresses]) => addresses ?? [])
    .map(({ address }) => address)
  const free = documentation.find((range) => !own.some((address) => address.startsWith(`${range}.`)))
  if (free === undefined) throw new Error('this machine has addresses in every documentation range')
  return free
}

const ends = (range4: string, range6: string, index: number): LinkAddresses => ({
  near4: `${range4}.${4 * index + 1}`,
  far4: `${range4}.${4 * index + 2}`,
  // From 1 on, so that the text is what the kernel prints: no group of zeroes but the last run.
  near6: `${range6}:${(index + 1).toString(16)}::1`,
  far6: `${range6}:${(index + 1).toString(16)}::2`,
})

/** The link with which the machine (near) reaches host `index` (far). */
export const hostLink = (index: number): LinkAddresses => ends(hostRange(), '2001:db8:a', index)

/** The link between a host (near) and its client `index` (far); it exists only in their namespaces. */
export const clientLink = (index: number): LinkAddresses =>
  ends(documentation.find((range) => range !== hostRange()) ?? documentation[1], '2001:db8:c', index)
