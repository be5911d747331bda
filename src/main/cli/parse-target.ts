import ipaddr from 'ipaddr.js'
import type { HostTarget } from '../../contract/host.ts'

const withPort =
  /^(?:(?<user>[^@\s]+)@)?(?:\[(?<ipv6>[^@\s[\]]+)\]|(?<name>[^@\s:[\]]+))(?::(?<port>\d{1,5}))?$/
const bareIPv6 = /^(?:(?<user>[^@\s]+)@)?(?<ipv6>[^@\s[\]]+)$/

/**
 * `[USER@]ADDRESS[:PORT]`, with IPv6 in brackets when a port follows: `deploy@203.0.113.7:2222`,
 * `deploy@[2001:db8::7]:22`, `deploy@2001:db8::7`, `web1`. Undefined for anything else.
 */
export function parseHostTarget(text: string): Extract<HostTarget, { kind: 'ssh' }> | undefined {
  const found = (withPort.exec(text) ?? bareIPv6.exec(text))?.groups
  if (found === undefined) return undefined
  const { user, ipv6, name, port: portText } = found
  if (ipv6 !== undefined && !ipaddr.IPv6.isValid(ipv6)) return undefined
  const address = ipv6 ?? name ?? ''
  const port = portText === undefined ? undefined : Number(portText)
  if (address.startsWith('-') || (user ?? '').startsWith('-')) return undefined
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return {
    kind: 'ssh',
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  }
}
