import ipaddr from 'ipaddr.js'
import { supernetCandidates } from './host-names.ts'

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
