import ipaddr from 'ipaddr.js'
import { doOverlap, renderNetwork4 } from '../core/address/network4.ts'
import { type AddressPool, isInPool } from '../core/host/taken-networks.ts'
import { supernetCandidates } from './host-names.ts'
import { fail } from './problem-error.ts'

/** RFC 1918. Loopback, link-local, multicast and networks for tests are not public either, but nothing is routed there. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
  .map((range) => ipaddr.IPv4.parseCIDR(range))
  .map(([network, prefix]) => ({ network, prefix }))

/** In words, what `isSupernet` takes. */
export const supernetForm = '/22 or wider in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16'

/** Whether tenant networks may live there: a network without host bits in a private range, with room for a /22. */
export function isSupernet(text: string): boolean {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return false
  const [network, prefix] = ipaddr.IPv4.parseCIDR(text)
  const isInside = privateRanges.some(
    (range) => prefix >= range.prefix && network.match(range.network, range.prefix),
  )
  return isInside && prefix <= 22 && text === `${ipaddr.IPv4.networkAddressFromCIDR(text)}/${prefix}`
}

/**
 * The supernet that a host names, which may be anything.
 * @throws ProblemError HELPER_FAILED
 */
export function requireSupernet(host: string, text: string): string {
  if (isSupernet(text)) return text
  const reason = `${text} is no network of ${supernetForm}`
  return fail({ code: 'HELPER_FAILED', details: { host, op: 'say where tenant networks are', reason } })
}

/**
 * The first /16 for tenant networks that has nothing in common with what the host has; undefined when none is left. One
 * that Docker would give to others later is taken only where there is no better.
 * @param taken addresses and networks of the host; those of IPv6 do not matter
 * @param pools where Docker takes the subnets of networks that are made without one
 */
export function chooseSupernet(
  taken: readonly string[],
  pools: readonly AddressPool[] = [],
): string | undefined {
  const networks = taken.map(renderNetwork4).filter((each) => each !== null)
  const free = supernetCandidates.filter((candidate) => !networks.some((each) => doOverlap(candidate, each)))
  return free.find((candidate) => !pools.some((pool) => isInPool(candidate, pool))) ?? free[0]
}
