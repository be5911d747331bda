import type { CheckLine, Host } from '../contract/host.ts'
import type { Problem } from '../contract/problem.ts'
import { describeModeKept, describeUnclear } from './describe-mode.ts'
import { describeProblem } from './describe-problem.ts'
import { judgeFilter } from './filter-fault.ts'
import { compareHelper } from './helper-version.ts'
import { judgeMode, type KnownMode } from './host-mode.ts'
import { networkName } from './host-names.ts'
import type {
  BundledHelper,
  DockerFacts,
  HelperFacts,
  HostFacts,
  HostObservation,
  Observed,
} from './host-observation.ts'
import { userOf } from './host-observation.ts'

type Verdict = CheckLine['verdict']

const line = (subject: string, verdict: Verdict, sentence: string, advice = ''): CheckLine => ({
  subject,
  verdict,
  sentence,
  advice,
})

const prepare = 'Prepare the host.'

/**
 * Everything about a host in plain words, good and bad alike, the most basic first. Its first three parts are there for
 * whoever shows each line as soon as it is known.
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
    ...describeDocker(seen),
    ...describeSetup(seen, bundled, addresses, known),
  ]
}

/** The last part of {@link describeChecks}: what tenants need there beside Docker. */
export function describeSetup(
  seen: HostObservation,
  bundled: BundledHelper,
  addresses: readonly string[],
  known: KnownMode,
): CheckLine[] {
  const filterLines = describeFiltering(seen, bundled, known)
  return [
    ...filterLines,
    ...describeImage(seen.docker),
    ...describeAddresses(addresses, seen.facts),
    ...describeListeners(seen),
  ]
}

function describeFiltering(seen: HostObservation, bundled: BundledHelper, known: KnownMode): CheckLine[] {
  const verdict = judgeMode(seen, known, known.mode === 'loopback')
  const around = [...describeTools(seen), ...describeHelper(seen, bundled), describeSudo(seen)]
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
      return [...around, ...describeFilter(seen.helper)]
  }
}

/** What is said of a host whose memory was put back to an older state, until that is settled. */
export function describePutBack({ name, putBack }: Pick<Host, 'name' | 'putBack'>): CheckLine[] {
  if (putBack === null) return []
  const { since, tenants } = putBack
  const sentence = `${name} was put back to an older state (seen ${since}). What this panel had closed is closed again; the host has otherwise: ${tenants.join(', ')}.`
  const advice = `Choose whose state counts: \`memharbor host recover ${name} --as-panel\` or \`memharbor host recover ${name} --as-host\`.`
  return [line('History', 'bad', sentence, advice)]
}

/** Whether tenants can be created: nothing missing, nothing bad. */
export function isReady(lines: readonly CheckLine[]): boolean {
  return lines.every(({ verdict }) => verdict === 'good' || verdict === 'note')
}

/** The first part of {@link describeChecks}, known once the host is connected. */
export function describeReach({ link }: Pick<HostObservation, 'link'>): CheckLine[] {
  return link === 'socket'
    ? [line('Connection', 'good', "This computer's own Docker socket.")]
    : [line('Connection', 'good', 'SSH works; one connection carries Docker, the helper and the probes.')]
}

/** Which way to Docker it is shows only once something has been asked of it. */
function describeRoute({ dockerRoute }: Pick<HostObservation, 'dockerRoute'>): CheckLine[] {
  if (dockerRoute !== 'dial-stdio') return []
  return [
    line(
      'Forwarding',
      'note',
      'The server forbids stream-local forwarding, so Docker is reached through `docker system dial-stdio`, which is slower.',
      'Set `AllowStreamLocalForwarding yes` in its sshd_config.',
    ),
  ]
}

/** The second part of {@link describeChecks}: the system, and who is logged in. */
export function describeSystem(facts: Observed<HostFacts>): CheckLine[] {
  if (facts.kind === 'failed') {
    const { message, advice } = describeProblem(facts.problem)
    return [line('System', 'bad', message, advice)]
  }
  const { osName, kernel, user, memTotalMb } = facts.value
  return [
    line('System', 'good', `${osName}, Linux ${kernel}, ${memTotalMb} MB of memory, logged in as ${user}.`),
  ]
}

/** API 1.41 came with Docker 20.10, the oldest that this panel was tried on. */
const oldestMinor = 41

/** The third part of {@link describeChecks}: Docker, and the way to it. */
export function describeDocker(seen: Pick<HostObservation, 'docker' | 'facts' | 'dockerRoute'>): CheckLine[] {
  return [...describeEngine(seen), ...describeRoute(seen)]
}

function describeEngine({ docker, facts }: Pick<HostObservation, 'docker' | 'facts'>): CheckLine[] {
  if (docker.kind === 'failed') {
    if (facts.kind === 'ok' && !facts.value.dockerProgram) {
      return [line('Docker', 'missing', 'Docker is not installed.', prepare)]
    }
    const { message, advice } = describeProblem(blameDocker(docker.problem, facts.kind === 'ok'))
    return [line('Docker', 'bad', message, advice)]
  }
  const { version, apiVersion, networks } = docker.value
  if (Number(apiVersion.split('.')[1]) < oldestMinor) {
    return [
      line(
        'Docker',
        'bad',
        `Docker ${version} is too old (API ${apiVersion}, needed 1.${oldestMinor}).`,
        'Update Docker to 20.10 or newer.',
      ),
    ]
  }
  const first = networkName(1)
  return [
    line('Docker', 'good', `Docker ${version}, API ${apiVersion}.`),
    networks.includes(first)
      ? line('Networks', 'good', `${networks.length} for tenants: ${networks.join(', ')}.`)
      : line('Networks', 'missing', `The tenant network ${first} is not there.`, prepare),
  ]
}

/** No answer from Docker is not one of the host, where that answered meanwhile. */
function blameDocker(problem: Problem, hostAnswers: boolean): Problem {
  if (problem.code !== 'TIMED_OUT' || !hostAnswers) return problem
  const { host, afterMs } = problem.details
  return { code: 'DOCKER_SILENT', details: { host, afterMs } }
}

function describeTools({ facts }: HostObservation): CheckLine[] {
  if (facts.kind === 'failed') return []
  const { iptables, ipset } = facts.value
  return [
    iptables === null
      ? line('iptables', 'missing', 'iptables is not installed.', prepare)
      : line('iptables', 'good', `iptables ${iptables.version}, ${iptables.backend} backend.`),
    ipset
      ? line('ipset', 'good', 'ipset is installed.')
      : line('ipset', 'missing', 'ipset is not installed.', prepare),
  ]
}

function describeHelper({ facts, helper }: HostObservation, bundled: BundledHelper): CheckLine[] {
  // What was not seen is no helper that is missing; the line of the system says why.
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
    return line(
      'sudo',
      'bad',
      sentence,
      `Make \`sudo -n true\` answer for ${userOf(seen)} there, then check again.`,
    )
  }
  const { code } = seen.helper.problem
  if (code === 'HOST_NOT_PREPARED' || code === 'SUDO_REFUSED') {
    return line('sudo', 'missing', `${userOf(seen)} may not run the helper as root yet.`, prepare)
  }
  const { message, advice } = describeProblem(seen.helper.problem)
  return line('sudo', 'bad', message, advice)
}

function describeFilter(helper: Observed<HelperFacts>): CheckLine[] {
  if (helper.kind === 'failed') return []
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
  if (!configured) return [line('Filter', 'missing', 'The port range is not closed yet.', prepare)]
  const ports = `${range.from}-${range.to}`
  if (fault?.kind === 'open')
    return [
      line('Filter', 'missing', `Ports ${ports} are not closed: the filter's base is not in place.`, prepare),
    ]
  if (fault?.kind === 'drifted') {
    return [
      line(
        'Filter',
        'missing',
        `Ports ${ports} are closed, but ${fault.entries} allowlist ${fault.entries === 1 ? 'entry differs' : 'entries differ'} from what the filter should hold.`,
        prepare,
      ),
    ]
  }
  return [line('Filter', 'good', `Ports ${ports} are closed over IPv4 and IPv6 to all but the allowlists.`)]
}

function describeImage(docker: Observed<DockerFacts>): CheckLine[] {
  if (docker.kind === 'failed') return []
  const { image } = docker.value
  return image === null
    ? [line('Image', 'missing', 'The memcached image is not there.', prepare)]
    : [
        line(
          'Image',
          'good',
          `memcached ${image.memcached}, image ${image.id.replace('sha256:', '').slice(0, 12)}.`,
        ),
      ]
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

/** Anything else that listens in the range would be cut off by the filter, and takes ports away. */
function describeListeners({ facts, helper, docker }: HostObservation): CheckLine[] {
  if (facts.kind === 'failed' || helper.kind === 'failed' || docker.kind === 'failed') return []
  const { range } = helper.value
  const ours = new Set(docker.value.publishedPorts)
  const foreign = facts.value.listeners.filter(
    ({ port }) => port >= range.from && port <= range.to && !ours.has(port),
  )
  if (foreign.length === 0) return [line('Port range', 'good', 'Nothing else listens in the port range.')]
  const named = foreign.slice(0, 5).map(({ address, port }) => `${address} port ${port}`)
  return [
    line(
      'Port range',
      'note',
      `${foreign.length} ${foreign.length === 1 ? 'program that is no tenant listens' : 'programs that are no tenants listen'} in the port range: ${named.join(', ')}. The filter closes them to the outside.`,
      'Move them to other ports if they should be reachable.',
    ),
  ]
}
