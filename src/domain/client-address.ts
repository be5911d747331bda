import ipaddr from 'ipaddr.js'

/** The operator's own address as a server sees it; null where it cannot tell. `reason` says what to mind, or why not. */
export interface ClientAddress {
  readonly address: string | null
  readonly reason: string
}

/**
 * Reads sshd's variable SSH_CONNECTION: the client's address and port, then the server's. IPv4 addresses that a server
 * with both families writes as IPv6 (`::ffff:203.0.113.7`) become IPv4, and the zone of a link-local one goes.
 *
 * ```
 * 203.0.113.7 51234 198.51.100.2 22
 * fe80::1%eth0 51234 fe80::2%eth0 22
 * ```
 * @returns undefined for anything else
 */
export function parseSshConnection(text: string): string | undefined {
  const words = text.trim().split(' ')
  const [client = '', port = ''] = words
  if (words.length !== 4 || !/^\d{1,5}$/.test(port)) return undefined
  const plain = client.replace(/%.*$/, '')
  if (ipaddr.IPv4.isValidFourPartDecimal(plain)) return ipaddr.IPv4.parse(plain).toString()
  if (!ipaddr.IPv6.isValid(plain)) return undefined
  const address = ipaddr.IPv6.parse(plain)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String()
}

/** Ranges of ipaddr.js that only a local network or one computer sees, in words. */
const localRanges: Readonly<Record<string, string>> = {
  loopback: "a computer's own",
  private: 'of a private network',
  uniqueLocal: 'of a private network',
  linkLocal: 'of one network segment',
  carrierGradeNat: 'of a network behind a provider',
}

/**
 * That address, with the reason why it may be none for an allowlist.
 * @param jumps the servers that SSH goes through, as they are called
 */
export function describeClientAddress(address: string, jumps: readonly string[]): ClientAddress {
  if (jumps.length > 0) {
    const reason = `This is the address of the jump host ${jumps.at(-1)}, not of this computer: the connection comes from there.`
    return { address, reason }
  }
  const kind = localRanges[ipaddr.parse(address).range()]
  if (kind === undefined) return { address, reason: '' }
  const reason = `This address is ${kind}: it is what that server sees, not what the internet sees.`
  return { address, reason }
}
