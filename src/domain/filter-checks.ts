import type { CheckLine } from '../contract/host.ts'
import { describeDrift } from '../core/host/describe-drift.ts'
import { describeFilterOnlyOf } from '../core/host/describe-filter-only.ts'
import { describeOpenPaths } from '../core/host/describe-open-paths.ts'
import { describeSaved } from '../core/host/describe-saved.ts'
import { checkUnwritable } from '../core/host/describe-unwritable.ts'
import { aliasReason, isAlias } from '../core/operator/operator.ts'
import { listNames } from '../core/sentence/list-names.ts'
import { adviseRefused } from '../core/sudo/describe-refusal.ts'
import { line, prepare } from './check-line.ts'
import { describeModeKept, describeUnclear } from './describe-mode.ts'
import { describeProblem } from './describe-problem.ts'
import { describeDamage, type FilterFault, judgeFilter } from './filter-fault.ts'
import { compareHelper } from './helper-version.ts'
import { judgeMode, type KnownMode } from './host-mode.ts'
import type { BundledHelper, HelperFacts, HostObservation } from './host-observation.ts'
import { userOf } from './host-observation.ts'
import { describeIsolation } from './isolation-checks.ts'
import { describeOperators } from './operator-checks.ts'

/** The protection of a host from strangers: its tools, the helper, sudo and the filter; or why there is none. */
export function describeFiltering(
  seen: HostObservation,
  bundled: BundledHelper,
  known: KnownMode,
): CheckLine[] {
  const verdict = judgeMode(seen, known, known.mode === 'loopback')
  const around = [
    ...describeTools(seen),
    ...describeHelper(seen, bundled),
    describeSudo(seen),
    ...describeOperators(seen),
  ]
  switch (verdict.kind) {
    case 'loopback': {
      const reason = known.mode === 'loopback' ? known.modeReason : verdict.reason
      return [
        line(
          'Filter',
          'note',
          `Packets cannot be filtered here (${reason}), so tenants are published on 127.0.0.1 only.`,
        ),
      ]
    }
    case 'unclear': {
      const { message, advice } = describeUnclear(seen.host, verdict.reason)
      return [...around, line('Filter', 'bad', message, advice)]
    }
    case 'kept': {
      const { message, advice } = describeModeKept({ host: seen.host, ...verdict })
      return [...around, line('Filter', 'bad', message, advice)]
    }
    case 'filtered':
      return [...around, ...describeFilter(seen), ...describeState(seen), ...describeIsolationOf(seen)]
  }
}

const describeState = ({ host, helper }: HostObservation): CheckLine[] =>
  helper.kind === 'ok'
    ? [
        ...checkUnwritable(host, helper.value),
        ...describeOpenPaths(host, helper.value),
        ...describeFilterOnlyOf(host, helper.value),
        ...describeSaved(host, helper.value),
      ]
    : []

const describeIsolationOf = ({ docker, helper }: HostObservation): CheckLine[] =>
  helper.kind === 'ok' ? describeIsolation(helper.value, docker.kind === 'ok' ? docker.value : null) : []

function describeTools({ facts }: HostObservation): CheckLine[] {
  if (facts.kind === 'failed') return []
  const { iptables, ipset, policyLeft } = facts.value
  const left = 'A preparing that was cut off left /usr/sbin/policy-rc.d: new packages start no services.'
  return [
    ...(policyLeft ? [line('Packages', 'missing', left, prepare)] : []),
    iptables === null
      ? line('iptables', 'missing', 'iptables is not installed.', prepare)
      : line('iptables', 'good', `iptables ${iptables.version}, ${iptables.backend} backend.`),
    ipset
      ? line('ipset', 'good', 'ipset is installed.')
      : line('ipset', 'missing', 'ipset is not installed.', prepare),
  ]
}

function describeHelper({ facts, helper }: HostObservation, bundled: BundledHelper): CheckLine[] {
  // A helper that could not be looked for is not missing; the line of the system says why.
  if (facts.kind === 'failed') return []
  const installed = facts.value.helper
  if (installed === null) return [line('Helper', 'missing', 'The helper is not installed.', prepare)]
  const failed =
    helper.kind === 'failed' && helper.problem.code === 'HELPER_INCOMPATIBLE' ? helper.problem : null
  switch (compareHelper(installed, bundled)) {
    case 'newer': {
      const sentence = `The helper is ${installed.version}, newer than this panel's ${bundled.version}; it stays as it is.`
      return failed === null
        ? [line('Helper', 'note', sentence, 'Update this panel when convenient.')]
        : [line('Helper', 'bad', sentence, describeProblem(failed).advice)]
    }
    case 'older':
      return [
        line(
          'Helper',
          'missing',
          `The helper is ${installed.version}; this panel brings ${bundled.version}.`,
          prepare,
        ),
      ]
    case 'altered':
      return [
        line(
          'Helper',
          'missing',
          `The helper says it is ${installed.version}, but its checksum is not that of ${bundled.version}.`,
          prepare,
        ),
      ]
    case 'same':
      return [
        line(
          'Helper',
          'good',
          `The helper is ${installed.version}, checksum ${installed.sha256.slice(0, 12)} as expected.`,
        ),
      ]
  }
}

function describeSudo(seen: HostObservation): CheckLine {
  if (seen.helper.kind === 'ok') return line('sudo', 'good', `${userOf(seen)} may run the helper as root.`)
  if (seen.sudo.kind === 'unclear') {
    const sentence = `Whether ${userOf(seen)} may run the helper as root cannot be told: sudo answers "${seen.sudo.words}".`
    return line('sudo', 'bad', sentence, adviseRefused(seen.sudo.words, userOf(seen)))
  }
  const { code } = seen.helper.problem
  // sudo that lets this user do everything, and not that, has other reasons than a rule that is missing.
  if (code === 'HOST_NOT_PREPARED' || (code === 'SUDO_REFUSED' && seen.sudo.kind === 'password')) {
    if (isAlias(userOf(seen))) {
      const sentence = `${userOf(seen)} can get no rule to run the helper as root: ${aliasReason}.`
      return line('sudo', 'bad', sentence, 'Log in there as another user, or rename this one.')
    }
    const hasHelper = seen.facts.kind === 'ok' && seen.facts.value.helper !== null
    const sentence = hasHelper
      ? `${userOf(seen)} may not run the helper as root: it is there, and no sudo rule for ${userOf(seen)}.`
      : `${userOf(seen)} may not run the helper as root yet.`
    return line('sudo', 'missing', sentence, prepare)
  }
  const { message, advice } = describeProblem(seen.helper.problem)
  return line('sudo', code === 'UID_REUSED' ? 'missing' : 'bad', message, advice)
}

function describeFilter(seen: HostObservation): CheckLine[] {
  const { host, helper } = seen
  if (helper.kind === 'failed') {
    if (helper.problem.code !== 'SUDO_OVERRULED') return []
    const { words } = helper.problem.details
    const sentence = `Whether the ports are closed cannot be told: sudo answers "${words}".`
    return [line('Filter', 'bad', sentence, 'Put sudo right, then check again.')]
  }
  const { configured, range, backend } = helper.value
  const fault = judgeFilter(helper.value)
  if (fault?.kind === 'unclear') {
    return [
      line(
        'Filter',
        'bad',
        `Both iptables backends hold rules, so it is unclear which ones count (dockerd is taken to use ${backend}).`,
        'Remove the rules of the one that is not used: iptables-legacy-save or iptables-nft-save shows them.',
      ),
    ]
  }
  if (fault?.kind === 'damaged') return [describeRecords(host, fault)]
  if (fault?.kind === 'unread') return [describeUnread(seen, fault.reason)]
  if (!configured) return [line('Filter', 'missing', 'The port range is not closed yet.', prepare)]
  const ports = `${range.from}-${range.to}`
  if (fault?.kind === 'open')
    return [
      line('Filter', 'missing', `Ports ${ports} are not closed: the filter's base is not in place.`, prepare),
    ]
  if (fault?.kind === 'drifted') return describeDrift(fault.drift)
  const families = helper.value.ipv6 ? 'IPv4 and IPv6' : 'IPv4 (its kernel has no IPv6)'
  return [
    line('Filter', 'good', `Ports ${ports} are closed over ${families} to all but the allowlists.`),
    ...describeOutside(helper.value),
  ]
}

/** Rules that could not be read may be there all the same: nothing is said of who gets in. */
function describeUnread(seen: HostObservation, reason: string): CheckLine {
  const { facts } = seen
  const sentence = `Whether the ports are closed cannot be told: ${reason}.`
  if (facts.kind === 'ok' && (facts.value.iptables === null || !facts.value.ipset))
    return line('Filter', 'missing', sentence, prepare)
  if (!noexecWords.test(reason))
    return line('Filter', 'bad', sentence, 'Put that right there, then check again.')
  const write = `Write \`Defaults:${userOf(seen)} !noexec\` into sudoers there`
  // A helper that was prepared as well as it can be is kept from noexec by that line alone.
  const isRefused = seen.helper.kind === 'ok' && seen.helper.value.ruleTags === 'refused'
  const advice = isRefused
    ? `${write} and leave it: sudo there knows no rule that exempts the helper alone.`
    : `${write}, then prepare the host: its rule for the helper goes on without that line.`
  return line('Filter', 'bad', sentence, advice)
}

/** The helper's words, and those of one before 1.3.0: sudo's library in it refused to start a program. */
const noexecWords = /\(noexec\)|could not be started: (?:Unknown error -1|Permission denied)/

/** Ports that are closed although they are outside the range. */
function describeOutside({ earlierRanges, strayPorts, range }: HelperFacts): CheckLine[] {
  const earlier = earlierRanges.map(({ from, to }) => `${from}-${to}`)
  const outside = `outside ${range.from}-${range.to}`
  return [
    ...(earlier.length === 0
      ? []
      : [
          line(
            'Ports',
            'note',
            `An earlier range is closed, too: ports ${listNames(earlier)}.`,
            'Prepare the host to let go of it.',
          ),
        ]),
    ...(strayPorts.length === 0
      ? []
      : [
          line(
            'Ports',
            'note',
            `Containers of tenant networks are published ${outside}; closed there: ports ${listNames(strayPorts.map(String))}.`,
            'Prepare the host with a range that has these ports, or remove the containers.',
          ),
        ]),
  ]
}

/** Only a copy brings the records back; preparing begins others, and a panel that has the tenants fills them. */
function describeRecords(host: string, fault: Extract<FilterFault, { kind: 'damaged' }>): CheckLine {
  const sentence = describeDamage(host, fault)
  if (fault.condition === 'newer')
    return line('Filter', 'bad', sentence, 'Update this panel, then prepare the host.')
  const advice = `Put the folder back from a backup. Where there is none, prepare the host: that keeps the damaged files beside and begins again, closed; then \`memharbor host trust ${host}\` and \`memharbor host recover ${host} --as-panel\` bring back the tenants that this panel knows.`
  return line('Filter', 'missing', sentence, advice)
}
