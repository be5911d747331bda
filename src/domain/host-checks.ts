import type { CheckLine, Host } from '../contract/host.ts'
import { astraySubject, describeAstray } from '../core/host/describe-astray.ts'
import { carriersSubject, describeCarriers } from '../core/host/describe-carriers.ts'
import { describeDockerRules } from '../core/host/describe-docker-rules.ts'
import { downSubject } from '../core/host/describe-down.ts'
import { describeEarlier } from '../core/host/describe-earlier.ts'
import { describeForwarding } from '../core/host/describe-forwarding.ts'
import { describeInput, inputSubject } from '../core/host/describe-input.ts'
import { describeLogin } from '../core/host/describe-login.ts'
import { describeOlder, describeOtherwise } from '../core/host/describe-older.ts'
import { describeOwnPorts, ownPortsSubject } from '../core/host/describe-own-ports.ts'
import { savedSubject } from '../core/host/describe-saved.ts'
import { describeTaken, takenSubject } from '../core/host/describe-taken.ts'
import { line } from './check-line.ts'
import { describeDocker, describeImage, describeReach, describeSystem } from './docker-checks.ts'
import { describeFiltering } from './filter-checks.ts'
import type { KnownMode } from './host-mode.ts'
import type { BundledHelper, HostFacts, HostObservation, Observed } from './host-observation.ts'
import { describeListeners } from './listener-checks.ts'
import { describeLimits } from './missing-limits.ts'

/**
 * Everything about a host in plain words, good and bad alike, the most basic first. Its parts are exported, too: a
 * check shows each line as soon as it is known.
 */
export function describeChecks(
  seen: HostObservation,
  bundled: BundledHelper,
  addresses: readonly string[],
  known: KnownMode,
): CheckLine[] {
  return [
    ...describeReach(seen),
    ...describeSystem(seen.facts),
    ...describeLoginOf(seen),
    ...describeDocker(seen),
    ...describeSetup(seen, bundled, addresses, known),
  ]
}

/** Oddities of the login, known once a command has begun. */
export function describeLoginOf({ login, facts }: Pick<HostObservation, 'login' | 'facts'>): CheckLine[] {
  if (login === null) return []
  return describeLogin({ ...login, shell: facts.kind === 'ok' ? facts.value.shell : null })
}

/** The last part of a check: what tenants need there beside Docker. */
export function describeSetup(
  seen: HostObservation,
  bundled: BundledHelper,
  addresses: readonly string[],
  known: KnownMode,
): CheckLine[] {
  return [
    ...(isLoginUnusable(seen.facts) ? describeUnlooked(seen.host) : describeFiltering(seen, bundled, known)),
    ...describeImage(seen.docker),
    ...(seen.docker.kind === 'ok' ? describeLimits(seen.docker.value.missingLimits) : []),
    ...describeTaken(seen),
    ...describeOwnPorts(seen),
    ...describeForwarding(seen),
    ...describeDockerRules(seen),
    ...describeAstray(seen),
    ...describeCarriersOf(seen),
    ...describeAddresses(addresses, seen.facts),
    ...describeInput(seen),
    ...describeListeners(seen),
  ]
}

const isLoginUnusable = (facts: HostObservation['facts']): boolean =>
  facts.kind === 'failed' && facts.problem.code === 'LOGIN_UNUSABLE'

/** Everything that takes a command failed for one reason, which a line of its own has told. */
const describeUnlooked = (host: string): CheckLine[] => [
  line(
    'Filter',
    'bad',
    `The filter of ${host}, its helper and sudo there could not be looked at, because the login runs no commands.`,
    'Put the login right first.',
  ),
]

function describeCarriersOf({ docker, helper }: HostObservation): CheckLine[] {
  if (docker.kind !== 'ok') return []
  const places = helper.kind === 'ok' ? helper.value.places : []
  return [...describeCarriers(docker.value, places), ...describeEarlier(docker.value, places)]
}

/** The line for a host whose memory was put back to an older state, until that is settled. */
export function describePutBack({ name, putBack }: Pick<Host, 'name' | 'putBack'>): CheckLine[] {
  if (putBack === null) return []
  const { since, tenants } = putBack
  const sentence = `${describeOlder(name, putBack)} (seen ${since}). ${describeOtherwise(putBack, tenants)}`
  const advice = `Choose whose state counts: \`memharbor host recover ${name} --as-panel\` or \`memharbor host recover ${name} --as-host\`.`
  return [line('History', 'bad', sentence, advice)]
}

/** The line for a host that is not taken for the server that it was. */
export function describeServer({ server }: Pick<Host, 'server'>): CheckLine[] {
  return server === null ? [] : [line('Server', 'bad', server.sentence, server.advice)]
}

/** Subjects of lines that are bad for the tenants there and keep nobody from creating others. */
const hinderingNothing: readonly string[] = [
  ...['Limits', 'Listeners', 'Closings', astraySubject],
  ...[carriersSubject, downSubject, inputSubject, savedSubject],
  ...[takenSubject, ownPortsSubject],
]

/** Whether tenants can be created: nothing missing, nothing bad that hinders it. */
export function isReady(lines: readonly CheckLine[]): boolean {
  return lines.every(
    ({ subject, verdict }) => verdict === 'good' || verdict === 'note' || hinderingNothing.includes(subject),
  )
}

function describeAddresses(addresses: readonly string[], facts: Observed<HostFacts>): CheckLine[] {
  if (addresses.length === 0) {
    return [
      line('Address', 'bad', 'No public address is known.', 'Give one with `host edit --public-address`.'),
    ]
  }
  const lines = [line('Address', 'good', `Tenants connect to ${addresses.join(' or ')}.`)]
  if (facts.kind === 'ok' && !facts.value.userlandProxy) {
    lines.push(line('IPv6', 'note', "No IPv6 here: Docker's userland-proxy is off on this host."))
  }
  return lines
}
