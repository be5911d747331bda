import { canStartDocker } from '../core/host/describe-docker-units.ts'
import { findPodman } from '../core/host/find-podman.ts'
import { listClashing } from '../core/host/own-ports.ts'
import { listLeavingNetworks } from '../core/host/own-subnets.ts'
import { compareHelper } from './helper-version.ts'
import { imageTag, networkName, networkSubnet } from './host-names.ts'
import type { BundledHelper, HostObservation } from './host-observation.ts'
import { userOf } from './host-observation.ts'
import { hasCurrentRules, listLeaving, listReused } from './operators.ts'
import type { PortRange } from './port-range.ts'
import { fail } from './problem-error.ts'

/** One step of making a host ready, in the order in which they run. */
export type PrepareAction =
  | { readonly kind: 'install-packages'; readonly names: readonly string[] }
  | {
      readonly kind: 'install-helper'
      readonly from: string | null
      readonly to: string
      readonly user: string
      /** Operators whose rule goes by a uid that another account, `other`, has now. */
      readonly reused: readonly { readonly name: string; readonly other: string }[]
    }
  | {
      readonly kind: 'remove-operators'
      readonly operators: readonly { readonly name: string; readonly why: string }[]
    }
  /** The policy-rc.d that a preparing which was cut off left. */
  | { readonly kind: 'remove-policy' }
  /** Keeps the host's own connections from the range, where it would take ports of it for them. */
  | { readonly kind: 'reserve-ports'; readonly range: PortRange; readonly ephemeral: PortRange }
  | { readonly kind: 'close-range'; readonly range: PortRange; readonly supernet: string }
  /** The same in place of records that are damaged, which are kept beside. */
  | { readonly kind: 'renew-records'; readonly range: PortRange; readonly supernet: string }
  | { readonly kind: 'create-network'; readonly index: number; readonly supernet: string }
  /** One that systemd has stopped or given up. */
  | { readonly kind: 'start-docker' }
  /** A Docker that takes connections and answers nothing does not tell what is missing. */
  | { readonly kind: 'ask-docker' }
  | { readonly kind: 'pull-image'; readonly reference: string; readonly digest: string }
  | { readonly kind: 'build-image'; readonly why: string }
  /** Containers of earlier versions, which Docker would leave down after it was killed itself. */
  | { readonly kind: 'keep-running' }
  | { readonly kind: 'remove-image' }
  | { readonly kind: 'remove-network'; readonly name: string }
  | { readonly kind: 'uninstall' }

/** Where the image could come from: a digest that a registry answered with, or the words why there is none. */
export type ImageSource =
  | { readonly kind: 'registry'; readonly digest: string }
  | { readonly kind: 'none'; readonly why: string }

export interface PrepareWish {
  /** The host does without a filter, by choice or because there can be none, so nothing is published to the world. */
  readonly loopback: boolean
  readonly range: PortRange
  readonly supernet: string
  /** The image to pull where a registry has it. */
  readonly imageReference: string
  readonly imageSource: ImageSource
  /** Pull again even if an image is there, because the operator named one. */
  readonly replaceImage: boolean
  readonly bundled: BundledHelper
}

/**
 * The steps from what a host has to what it needs; empty when it is ready. The filter closes before Docker may start.
 * @throws ProblemError HELPER_INCOMPATIBLE when the helper there is newer and cannot be used from here, STATE_OPEN, DOCKER_DENIED, DOCKER_IS_PODMAN;
 *   STATE_UNWRITABLE where nothing is left to be done
 */
export function planPrepare(seen: HostObservation, wish: PrepareWish): PrepareAction[] {
  const podman = findPodman(seen)
  if (podman !== null) fail(podman)
  requireDockerAllowed(seen, wish)
  if (wish.loopback) return [...planLeaving(seen, wish), ...planDocker(seen, wish)]
  requireOwnState(seen)
  const actions = [
    ...planPackages(seen),
    ...planPolicy(seen),
    ...planHelper(seen, wish),
    ...planOperators(seen),
    ...planReservation(seen, wish),
    ...planLeaving(seen, wish),
    ...planFilter(seen, wish),
    ...planStart(seen),
    ...planDocker(seen, wish),
  ]
  if (actions.length === 0) requireWritable(seen)
  return actions
}

/**
 * Its last steps would fail, behind a sudo rule for an operator who can do nothing there. Closing the range waits for
 * nothing, where the login is an operator already.
 */
function requireDockerAllowed(seen: HostObservation, wish: PrepareWish): void {
  const { docker, helper } = seen
  if (docker.kind === 'ok' || docker.problem.code !== 'DOCKER_DENIED') return
  const isOperator = helper.kind === 'ok' && helper.value.operators.includes(userOf(seen))
  if (wish.loopback || !isOperator || planFilter(seen, wish).length === 0) fail(docker.problem)
}

/** A host that nobody can be let in to is not ready, and preparing has nothing that would help. */
function requireWritable({ host, helper }: HostObservation): void {
  const reason = helper.kind === 'ok' ? helper.value.unwritable : null
  if (reason !== null) fail({ code: 'STATE_UNWRITABLE', details: { host, reason } })
}

/** Where others could have written who gets in, a host is not ready, and somebody has to look first. */
function requireOwnState({ host, helper }: HostObservation): void {
  const path = helper.kind === 'ok' ? helper.value.openPaths[0] : undefined
  if (path !== undefined) fail({ code: 'STATE_OPEN', details: { host, path } })
}

/** The way back: everything of ours, the filter last. */
export function planUndo(seen: HostObservation): PrepareAction[] {
  const docker = seen.docker.kind === 'ok' ? seen.docker.value : null
  const installed = seen.facts.kind === 'ok' && seen.facts.value.helper !== null
  return [
    ...(docker?.image == null ? [] : ([{ kind: 'remove-image' }] as const)),
    ...(docker?.networks ?? []).map((name) => ({ kind: 'remove-network' as const, name })),
    ...(installed || seen.helper.kind === 'ok' ? ([{ kind: 'uninstall' }] as const) : planLeftPolicy(seen)),
  ]
}

/** Debian's and Ubuntu's package for each program that may be missing. */
function planPackages({ facts, docker }: HostObservation): PrepareAction[] {
  if (facts.kind === 'failed') return []
  const { dockerProgram, iptables, ipset } = facts.value
  const names = [
    ...(dockerProgram ? [] : ['docker.io']),
    ...(iptables === null ? ['iptables'] : []),
    ...(docker.kind === 'failed' && docker.problem.code === 'DOCKER_CLIENT_MISSING' ? ['docker-cli'] : []),
    ...(ipset ? [] : ['ipset']),
  ]
  return names.length === 0 ? [] : [{ kind: 'install-packages', names }]
}

/** Installing packages takes it over, and away at its end; so does taking everything away. */
function planPolicy(seen: HostObservation): PrepareAction[] {
  return planPackages(seen).length > 0 ? [] : planLeftPolicy(seen)
}

function planLeftPolicy({ facts }: HostObservation): PrepareAction[] {
  return facts.kind === 'ok' && facts.value.policyLeft ? [{ kind: 'remove-policy' }] : []
}

/** After the helper, because one before 1.3.0 cannot forget anybody. */
function planOperators(seen: HostObservation): PrepareAction[] {
  const operators = listLeaving(seen)
  return operators.length === 0 ? [] : [{ kind: 'remove-operators', operators }]
}

function planHelper(seen: HostObservation, { bundled }: PrepareWish): PrepareAction[] {
  const installed = seen.facts.kind === 'ok' ? seen.facts.value.helper : null
  const standing = installed === null ? 'older' : compareHelper(installed, bundled)
  if (standing === 'newer' && seen.helper.kind === 'failed') {
    const details = { host: seen.host, found: installed?.version ?? '', speaks: `version ${bundled.version}` }
    return fail({ code: 'HELPER_INCOMPATIBLE', details })
  }
  if (standing === 'newer') return []
  const usable = seen.helper.kind === 'ok' && seen.helper.value.operators.includes(userOf(seen))
  if (usable && standing === 'same' && hasCurrentRules(seen)) return []
  const [from, reused] = [installed?.version ?? null, listReused(seen)]
  return [{ kind: 'install-helper', from, to: bundled.version, user: userOf(seen), reused }]
}

/** The filter would drop the answers to connections of the host's own from the range. */
function planReservation({ facts }: HostObservation, { range }: PrepareWish): PrepareAction[] {
  if (facts.kind === 'failed' || listClashing(range, facts.value).length === 0) return []
  return [{ kind: 'reserve-ports', range, ephemeral: facts.value.ephemeral }]
}

/** Tenant networks that lie elsewhere than they are to be; with tenants they stay. */
const planLeaving = (seen: HostObservation, { supernet }: PrepareWish): RemoveNetwork[] =>
  listLeavingNetworks(seen, supernet).map((name) => ({ kind: 'remove-network', name }))

type RemoveNetwork = Extract<PrepareAction, { kind: 'remove-network' }>

function planFilter({ helper }: HostObservation, { range, supernet }: PrepareWish): PrepareAction[] {
  const inPlace =
    helper.kind === 'ok' &&
    helper.value.configured &&
    helper.value.baseInPlace &&
    helper.value.drift.surplus.count + helper.value.drift.missing.count === 0 &&
    helper.value.earlierRanges.length === 0 &&
    helper.value.range.from === range.from &&
    helper.value.range.to === range.to &&
    helper.value.supernet === supernet
  if (inPlace) return []
  const isDamaged = helper.kind === 'ok' && helper.value.condition === 'damaged'
  return [{ kind: isDamaged ? 'renew-records' : 'close-range', range, supernet }]
}

/** After the filter, which Docker waits for. */
function planStart({ docker, facts }: HostObservation): PrepareAction[] {
  if (docker.kind === 'ok' || facts.kind === 'failed') return []
  return canStartDocker(docker.problem, facts.value) ? [{ kind: 'start-docker' }] : []
}

/** Of a host that was prepared before nothing is missing but Docker itself, as far as is known. */
function isOnlyStopped(seen: HostObservation): boolean {
  return planStart(seen).length > 0 && seen.helper.kind === 'ok' && seen.helper.value.configured
}

function planDocker(observed: HostObservation, wish: PrepareWish): PrepareAction[] {
  const { docker } = observed
  if (!wish.loopback && isOnlyStopped(observed)) return []
  if (docker.kind === 'failed' && docker.problem.code === 'TIMED_OUT') return [{ kind: 'ask-docker' }]
  const seen = docker.kind === 'ok' ? docker.value : null
  const leaving = planLeaving(observed, wish).map(({ name }) => name)
  const network = seen?.networks.includes(networkName(1)) === true && !leaving.includes(networkName(1))
  const image = seen?.image != null && !wish.replaceImage
  return [
    ...(network ? [] : ([{ kind: 'create-network', index: 1, supernet: wish.supernet }] as const)),
    ...(image ? [] : [planImage(wish)]),
    ...(seen !== null && seen.staysDown.length > 0 ? ([{ kind: 'keep-running' }] as const) : []),
  ]
}

function planImage({ imageReference, imageSource }: PrepareWish): PrepareAction {
  return imageSource.kind === 'registry'
    ? { kind: 'pull-image', reference: imageReference, digest: imageSource.digest }
    : { kind: 'build-image', why: imageSource.why }
}

/** Whether the step needs root on the host by itself, apart from the helper's own rule. */
export function needsRoot(action: PrepareAction, filterable: boolean): boolean {
  switch (action.kind) {
    case 'install-packages':
    case 'install-helper':
    case 'remove-operators':
    case 'remove-policy':
    case 'start-docker':
    case 'reserve-ports':
    case 'uninstall':
      return true
    case 'build-image':
      return filterable
    case 'close-range':
    case 'renew-records':
    case 'create-network':
    case 'ask-docker':
    case 'pull-image':
    case 'keep-running':
    case 'remove-image':
    case 'remove-network':
      return false
  }
}

function describeInstall(from: string | null, to: string): string {
  if (from === null) return `Install the helper ${to}`
  return from === to ? `Put the helper ${to} as this panel brings it` : `Replace the helper ${from} by ${to}`
}

const renderRange = ({ from, to }: PortRange): string => `${from}-${to}`
function describeReused(reused: readonly { readonly name: string; readonly other: string }[]): string {
  if (reused.length === 0) return ''
  const each = reused.map(({ name, other }) => `${name} (${other} has the uid of it now)`)
  return `; write again the rules of ${each.join(', ')}`
}

/** A step in words, for the plan that the operator sees. */
export function describePrepareAction(action: PrepareAction): string {
  switch (action.kind) {
    case 'install-packages':
      return `Install the packages ${action.names.join(', ')}`
    case 'install-helper':
      return `${describeInstall(action.from, action.to)}, its sudo rule for ${action.user}, and its units where systemd runs${describeReused(action.reused)}`
    case 'remove-operators':
      return `Take the right to run the helper away from ${action.operators.map(({ name, why }) => `${name} (${why})`).join(', ')}`
    case 'remove-policy':
      return 'Remove /usr/sbin/policy-rc.d, which a preparing that was cut off left'
    case 'reserve-ports':
      return `Reserve ports ${renderRange(action.range)} for tenants (net.ipv4.ip_local_reserved_ports, kept in /etc/sysctl.d/60-memharbor-ports.conf): the server takes the ports of its own connections from ${renderRange(action.ephemeral)}`
    case 'close-range':
      return `Close ports ${renderRange(action.range)} over IPv4 and IPv6 to all but the allowlists, and the tenant networks in ${action.supernet} to direct access`
    case 'renew-records':
      return `Keep the damaged records in /var/lib/memharbor under other names there, and begin new ones: ports ${renderRange(action.range)} stay closed to everybody, and the caches run on`
    case 'create-network': {
      return `Make the tenant network ${networkName(action.index)} (${networkSubnet(action.supernet, action.index).subnet})`
    }
    case 'start-docker':
      return 'Start Docker, which does not run: systemd forgets the failures that it gave Docker up after'
    case 'ask-docker':
      return 'Ask Docker for the tenant network and the image: it does not answer now, so what is missing is not known'
    case 'pull-image':
      return `Pull ${action.reference} as ${action.digest}`
    case 'build-image':
      return `Make the image ${imageTag} from the host's own memcached package (${action.why})`
    case 'keep-running':
      return "Let Docker start tenants' containers again also after it was killed itself: the caches are kept"
    case 'remove-image':
      return `Remove the image ${imageTag}`
    case 'remove-network':
      return `Remove the network ${action.name}`
    case 'uninstall':
      return 'Remove the units, the sudo rule and the helper, and open the filter last'
  }
}
