import type { HostTarget } from '../../../contract/host.ts'

/** The fields of the form, as they were typed. */
export interface SshFields {
  readonly name: string
  /** `deploy@203.0.113.10:2222`, or a name of the SSH configuration. */
  readonly address: string
  readonly user: string
  readonly port: string
  readonly identityFile: string
}

export const emptySshFields: SshFields = { name: '', address: '', user: '', port: '', identityFile: '' }

/** The sentence on each field that is not usable; empty when all are usable. */
export type SshFieldProblems = Partial<Record<keyof SshFields, string>>

/** The host that the fields describe, or what is wrong with them. A user and port may stand in the address too. */
export function parseSshFields(
  fields: SshFields,
): { kind: 'ok'; name: string; target: HostTarget } | { kind: 'bad'; problems: SshFieldProblems } {
  const { user: typedUser, address, port: typedPort } = splitAddress(fields.address.trim())
  const user = fields.user.trim() || typedUser
  const port = fields.port.trim() || typedPort
  const identityFile = fields.identityFile.trim()
  const problems: SshFieldProblems = {}
  if (address === '') problems.address = 'Enter an address, or a name of your SSH configuration.'
  else if (/\s/.test(address)) problems.address = 'An address has no spaces.'
  const number = Number(port)
  if (port !== '' && (!/^\d+$/.test(port) || number < 1 || number > 65_535)) {
    problems.port = 'A port is a number from 1 to 65535.'
  }
  if (Object.keys(problems).length > 0) return { kind: 'bad', problems }
  return {
    kind: 'ok',
    name: fields.name.trim() || address,
    target: {
      kind: 'ssh',
      address,
      ...(user === '' ? {} : { user }),
      ...(port === '' ? {} : { port: number }),
      ...(identityFile === '' ? {} : { identityFile }),
    },
  }
}

/** `deploy@203.0.113.10:2222`, `[2001:db8::1]:2222`, `2001:db8::1`, `web-1` */
function splitAddress(text: string): { user: string; address: string; port: string } {
  const at = text.lastIndexOf('@')
  const user = at === -1 ? '' : text.slice(0, at)
  const rest = text.slice(at + 1)
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(rest)
  if (bracketed !== null) return { user, address: bracketed[1] ?? '', port: bracketed[2] ?? '' }
  const [host = '', port, ...more] = rest.split(':')
  // More than one colon without brackets is an IPv6 address.
  if (port === undefined || more.length > 0) return { user, address: rest, port: '' }
  return { user, address: host, port }
}
