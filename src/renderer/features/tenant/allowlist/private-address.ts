/** IPv4 networks that nobody on the internet comes from: RFC 1918, RFC 6598 (carriers), loopback and link-local. */
const private4 =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/
/** The same for IPv6: unique local fc00::/7, link-local fe80::/10, loopback. */
const private6 = /^(?:f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)/i

/** Whether an address is of a network of its own and not of the internet. */
export function isPrivateAddress(address: string): boolean {
  return address.includes(':') ? private6.test(address) : private4.test(address)
}
