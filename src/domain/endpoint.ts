import ipaddr from 'ipaddr.js'
import type { HostTarget } from '../contract/host.ts'
import { fail } from './problem-error.ts'

/** Facts about the addresses at which a host can be reached. */
export interface AddressFacts {
  readonly addresses4: readonly string[]
  readonly addresses6: readonly string[]
  readonly userlandProxy: boolean
  readonly dockerWritesRules: boolean
}

/** A DNS name as RFC 1123 has it: labels of letters, digits and inner hyphens, at most 253 characters. */
const dnsName = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i

/**
 * A public address as operators give it: an IP address or a DNS name. Examples print it, so nothing else may pass.
 * @throws ProblemError INVALID_INPUT
 */
export function parsePublicAddress(given: string): string {
  const address = given.trim()
  // Digits and dots alone are an address that was mistyped, not a name.
  const isName = dnsName.test(address) && !/^[\d.]+$/.test(address)
  if (ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address) || isName) return address
  const reason = 'it is neither an IP address nor a DNS name'
  return fail({ code: 'INVALID_INPUT', details: { field: 'public address', given, reason } })
}

/** The only address of tenants on a host that cannot filter. */
export const loopbackAddresses: readonly string[] = ['127.0.0.1']

/**
 * The addresses tenants connect to, the best one first: what the operator said the world sees; else what SSH dialled,
 * which the world can usually reach too; then a global IPv6 address where the host answers on IPv6 at all.
 * @param shut families whose clients the host's own firewall drops: what the operator or SSH named stays
 * @param dialled the address behind the SSH name, resolved by the SSH configuration; absent for a host by socket
 */
export function listEndpointAddresses(
  target: HostTarget,
  publicAddress: string | null,
  dialled: string | null,
  facts: AddressFacts | null,
  shut: readonly { readonly family: 4 | 6 }[] = [],
): string[] {
  const first = publicAddress ?? (target.kind === 'ssh' ? (dialled ?? target.address) : null)
  const isShut = (family: 4 | 6): boolean => shut.some((each) => each.family === family)
  const own4 = isShut(4) ? undefined : facts?.addresses4[0]
  const own6 = facts?.userlandProxy === true && !isShut(6) ? facts.addresses6[0] : undefined
  const found = [first, first === null || ipaddr.IPv6.isValid(first) ? own4 : undefined, own6]
  return [...new Set(found.filter((address) => typeof address === 'string'))]
}
