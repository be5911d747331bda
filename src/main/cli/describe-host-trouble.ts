import type { Host, HostHelper, ListedHost } from '../../contract/host.ts'
import { listNames } from '../../core/sentence/list-names.ts'
import { describePutBack, describeServer } from '../../domain/host-checks.ts'
import { renderPending } from './render-pending.ts'

/** Closings of one host that are told, at most; more are counted. */
const mostClosings = 5

/**
 * Troubles of a host, a line each: why it was not reached, that its filter is not as it should be, which closings are not
 * in force there, that it is not the server that it was, and that it was put back to an older state, with what to do.
 */
export function describeHostTrouble(host: Host | ListedHost, helper: HostHelper | undefined): string[] {
  const putBack = [...describeServer(host), ...describePutBack(host)].map(
    ({ sentence, advice }) => `${sentence} ${advice}`,
  )
  const { filterFault = null } = helper ?? {}
  const filter = filterFault === null ? [] : [filterFault.sentence]
  const unreached = helper === undefined || helper.why === '' ? [] : [helper.why]
  // A host that was not reached is said to be so once, and not for each of its closings.
  const isHeard = unreached.length === 0
  return [
    ...unreached,
    ...filter,
    ...('pending' in host ? describeClosings(host.pending, isHeard) : []),
    ...putBack,
  ]
}

/** The next command, where a host waits for one: a line, or none. Why it waits is a notice of its own. */
export function describeNext({ name, server, putBack }: Host): string[] {
  const recover = `memharbor host recover ${name} --as-panel`
  if (server?.kind === 'replaced') {
    return [`Next: memharbor host trust ${name}, which says first what that means; then ${recover}`]
  }
  return putBack === null ? [] : [`Next: ${recover}, or --as-host`]
}

/** @param isHeard whether the host was reached, so that the reason of each is told */
export function describeClosings(pending: ListedHost['pending'], isHeard: boolean): string[] {
  const lines = pending.slice(0, mostClosings).map(({ why, ...closing }) => {
    const told = { ...closing, why: isHeard ? why : '' }
    return `PENDING ${closing.tenant}: ${renderPending(told, listNames(closing.cidrs))}`
  })
  const rest = pending.length - lines.length
  return rest === 0
    ? lines
    : [...lines, `PENDING and ${rest.toLocaleString('en')} more: memharbor tenant list`]
}
