import type { HostTarget } from '../../contract/host.ts'

/**
 * `[USER@]ADDRESS[:PORT]`, with IPv6 in brackets when a port follows: `deploy@203.0.113.7:2222`,
 * `deploy@[2001:db8::7]:22`, `deploy@2001:db8::7`, `web1`. Undefined for anything else.
 */
export function parseHostTarget(text: string): Extract<HostTarget, { kind: 'ssh' }> | undefined {
  const match = /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([^@\s[\]]+?))(?::(\d{1,5}))?$/.exec(text)
  if (match === null) return undefined
  const [, user, bracketed, plain = '', portText] = match
  const isBareIPv6 = bracketed === undefined && text.replace(/^[^@]*@/, '').split(':').length > 2
  const address = bracketed ?? (isBareIPv6 ? text.replace(/^[^@]*@/, '') : plain)
  const port = isBareIPv6 || portText === undefined ? undefined : Number(portText)
  if (address.startsWith('-') || (user ?? '').startsWith('-')) return undefined
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return {
    kind: 'ssh',
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  }
}
