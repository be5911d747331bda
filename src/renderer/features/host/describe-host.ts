import type { Host, HostTarget } from '../../../contract/host.ts'

/** What a host's mode means for its tenants, in a word or three. */
export function describeMode(mode: Host['mode']): string {
  switch (mode) {
    case 'unknown':
      return 'Not prepared'
    case 'filtered':
      return 'Filtered'
    case 'loopback':
      return 'Loopback only'
  }
}

/** `operator@203.0.113.10:2222`, or the path of a socket. */
export function describeTarget(target: HostTarget): string {
  switch (target.kind) {
    case 'ssh': {
      const user = target.user === undefined ? '' : `${target.user}@`
      const address = target.address.includes(':') ? `[${target.address}]` : target.address
      const port = target.port === undefined || target.port === 22 ? '' : `:${target.port}`
      return `${user}${address}${port}`
    }
    case 'socket':
      return target.path
  }
}
