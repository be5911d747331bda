import { filterMarks } from '../../../contract/filter-fault.ts'
import type { HostTarget } from '../../../contract/host.ts'
import type { HostStatus } from '../../../contract/panel.ts'

/** `deploy@203.0.113.10:2222` or the path of a socket, as it is typed. */
export function renderTarget(target: HostTarget): string {
  switch (target.kind) {
    case 'socket':
      return target.path
    case 'ssh': {
      const user = target.user === undefined ? '' : `${target.user}@`
      const address = target.address.includes(':') ? `[${target.address}]` : target.address
      return `${user}${address}${target.port === undefined ? '' : `:${target.port}`}`
    }
  }
}

/** `ssh deploy@203.0.113.10:2222`: a bare name would be taken for the host's own. */
export function describeTarget(target: HostTarget): string {
  return target.kind === 'ssh' ? `ssh ${renderTarget(target)}` : renderTarget(target)
}

const capitalize = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** The meaning of a host's mode for its tenants, and whether that is so. */
export function describeMode({ mode, filterFault }: Pick<HostStatus, 'mode' | 'filterFault'>): string {
  switch (mode) {
    case 'unknown':
      return 'Not prepared yet'
    case 'filtered':
      return filterFault === null ? 'Filtered' : capitalize(filterMarks[filterFault.kind])
    case 'loopback':
      return 'That computer only'
  }
}

/**
 * The state that a check of a host rests on, as a text to compare: another text calls for another check. A host that
 * was asked for the first time keeps its text, because the check asks too.
 */
export function renderCheckBasis(
  host: Pick<HostStatus, 'connection' | 'problem' | 'mode' | 'filterFault' | 'putBack' | 'server'>,
): string {
  const { connection, problem, mode, filterFault, putBack, server } = host
  const reach = connection === 'unreachable' ? 'away' : 'there'
  const doubt = server?.sentence ?? ''
  return [reach, problem, mode, filterFault?.kind ?? '', putBack?.tenants.join() ?? '', doubt].join(' ')
}
