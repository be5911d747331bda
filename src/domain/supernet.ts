import ipaddr from 'ipaddr.js'
import { supernetCandidates } from './host-names.ts'
import { fail } from './problem-error.ts'

/** RFC 1918. Loopback, link-local, multicast and networks for tests are not public either, but nothing is routed there. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
  .map((range) => ipaddr.IPv4.parseCIDR(range))
  .map(([network, prefix]) => ({ network, prefix }))

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
  const reason = `${text} is no network of /22 or wider in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`
  return fail({ code: 'HELPER_FAILED', details: { host, op: 'say where tenant networks are', reason } })
}

/** The first /16 for tenant networks that holds none of the host's own addresses; undefined when all do. */
export function chooseSupernet(addresses: readonly string[]): string | undefined {
  const own = addresses
    .filter((address) => ipaddr.IPv4.isValid(address))
    .map((address) => ipaddr.IPv4.parse(address))
  return supernetCandidates.find((candidate) => {
    const [network, prefix] = ipaddr.IPv4.parseCIDR(candidate)
    return !own.some((address) => address.match(network, prefix))
  })
}
