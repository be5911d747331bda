import { describeModeKept, describeUnclear } from '../../domain/describe-mode.ts'
import { removeCopied } from '../host/describe-copied.ts'
import { describeSavingWithout } from '../host/describe-saved.ts'
import { listNames } from '../sentence/list-names.ts'
import { count, type ProblemOf, type Sentences, said, shorten } from './problem-text.ts'

/** The sentences for problems of a host as a whole. */
export const hostProblems = {
  HOST_NOT_PREPARED: (d) =>
    said(
      `Host ${d.host} is not prepared: ${d.missing.join('; ')}.`,
      `Run \`memharbor host prepare ${d.host}\`.`,
    ),
  FILTER_UNCLEAR: (d) => {
    const { message, advice } = describeUnclear(d.host, d.reason)
    return said(message, advice, true)
  },
  MODE_KEPT: (d) => {
    const { message, advice } = describeModeKept(d)
    return said(message, advice)
  },
  HOST_LOOPBACK_ONLY: (d) =>
    said(
      `Host ${d.host} cannot filter packets (${d.reason}), so its tenants are reachable from that computer only.`,
      'Use a Linux server where the panel may become root.',
    ),
  PREPARE_FAILED: (d) =>
    said(
      `Preparing ${d.host} stopped at "${d.step}": ${d.reason}.`,
      'Put that right and run `host prepare` again: it goes on where it stopped.',
      true,
    ),
  PLAN_STALE: (d) =>
    said(
      `Host ${d.host} changed since the plan was made. Nothing was done.`,
      'Look at the new plan and decide again.',
      true,
    ),
  PORT_RANGE_INVALID: (d) =>
    said(`The port range ${d.from}-${d.to} is not usable on ${d.host}: ${d.reason}.`, adviseRange(d)),
  SUPERNET_INVALID: ({ host, supernet, reason, instead, current }) =>
    said(
      `The tenant networks of ${host} cannot be in ${supernet}: ${reason}.`,
      current !== undefined
        ? 'Prepare it without naming a network, or delete the tenants there first.'
        : `Take ${instead === undefined ? 'one that nothing there uses' : `${instead}, for example`}: \`memharbor host prepare ${host} --supernet ${instead ?? 'CIDR'}\`.`,
    ),
  FIREWALL_SAVED: ({ host, path, line }) =>
    said(
      `${path} on ${host} names chains or sets of Memharbor, first in line ${line}. Without them nothing of that file would be loaded at the next boot, nor the server's own rules. Nothing was taken away.`,
      `${describeSavingWithout(path)} Then undo again, or with \`--keep-saved\` to leave it as it is.`,
    ),
  HOST_HAS_TENANTS: ({ host, tenants, count: counted, containers = [] }) => {
    const own =
      counted !== undefined
        ? [`${count(counted, 'tenant')} in its records`]
        : tenants.length > 0
          ? [`${count(tenants.length, 'tenant')}: ${listNames(tenants)}`]
          : []
    const copied =
      containers.length === 0
        ? []
        : [`${count(containers.length, 'container')} of tenants of other hosts: ${listNames(containers)}`]
    const advice = [
      ...(own.length === 0 ? [] : ['Delete them first.']),
      ...(containers.length === 0 ? [] : [removeCopied(host, containers)]),
      'To leave them running there, forget the host with `memharbor host remove --forget`.',
    ]
    return said(`Host ${host} still has ${[...own, ...copied].join(', and ')}.`, advice.join(' '))
  },
} satisfies Partial<Sentences>

/** Another range, or how the host is brought to leave this one to tenants. */
function adviseRange({ instead, reserve }: ProblemOf<'PORT_RANGE_INVALID'>['details']): string {
  const setting = `net.ipv4.ip_local_reserved_ports = ${reserve}`
  if (instead !== undefined && reserve !== undefined && reserve.length < 60)
    return `Give another range, for example ${instead}, or reserve this one there first, by \`${setting}\` in a file of /etc/sysctl.d.`
  if (instead !== undefined) return `Give another range, for example ${instead}.`
  return reserve === undefined
    ? 'Give another range, one that nothing on that host uses.'
    : `Reserve it there first, by \`${shorten(setting, 160)}\` in a file of /etc/sysctl.d.`
}
