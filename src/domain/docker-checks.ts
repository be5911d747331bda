import type { CheckLine } from '../contract/host.ts'
import type { Problem } from '../contract/problem.ts'
import { describeContainerd, describeDockerUnits } from '../core/host/describe-docker-units.ts'
import { findPodman } from '../core/host/find-podman.ts'
import { line, prepare } from './check-line.ts'
import { describeProblem } from './describe-problem.ts'
import { networkName } from './host-names.ts'
import type { DockerFacts, HostFacts, HostObservation, Observed } from './host-observation.ts'
/** The first part of a check, known once the host is connected. */
export function describeReach({ link }: Pick<HostObservation, 'link'>): CheckLine[] {
  return link === 'socket'
    ? [line('Connection', 'good', "This computer's own Docker socket.")]
    : [line('Connection', 'good', 'SSH works; one connection carries Docker, the helper and the probes.')]
}

/** The way to Docker shows only once something has been asked of it. */
function describeRoute({
  dockerRoute,
  portsRelayed,
  isCrowded,
}: Pick<HostObservation, 'dockerRoute' | 'portsRelayed' | 'isCrowded'>): CheckLine[] {
  const lines: CheckLine[] = []
  if (dockerRoute === 'dial-stdio') {
    lines.push(
      line(
        'Forwarding',
        'note',
        'The server forbids stream-local forwarding, so Docker is reached through `docker system dial-stdio`, which is slower.',
        'Set `AllowStreamLocalForwarding yes` in its sshd_config, and take DisableForwarding out; for a key with `restrict` in authorized_keys add `port-forwarding`.',
      ),
    )
  }
  if (portsRelayed) {
    lines.push(
      line(
        'Forwarding',
        'note',
        'The server forbids TCP forwarding, so each question to a cache goes through a program of its own there, which is slower.',
        'Set `AllowTcpForwarding local` in its sshd_config and take PermitOpen out; for a key with `restrict` in authorized_keys add `port-forwarding`.',
      ),
    )
  }
  if (isCrowded) {
    lines.push(
      line(
        'Sessions',
        'note',
        'The server starts only few sessions over one connection, so the panel opens others beside it, each with a login of its own.',
        'Set `MaxSessions 10`, the usual value, in its sshd_config.',
      ),
    )
  }
  return lines
}

/** The second part of a check: the system, and who is logged in. */
export function describeSystem(facts: Observed<HostFacts>): CheckLine[] {
  if (facts.kind === 'failed') {
    const { message, advice } = describeProblem(facts.problem)
    const isLogin = facts.problem.code === 'LOGIN_UNUSABLE'
    return [line(isLogin ? 'Login' : 'System', 'bad', message, advice)]
  }
  const { osName, kernel, user, memTotalMb } = facts.value
  return [
    line('System', 'good', `${osName}, Linux ${kernel}, ${memTotalMb} MB of memory, logged in as ${user}.`),
  ]
}

/** API 1.41 came with Docker 20.10, the oldest that this panel was tried on. */
const oldestMinor = 41

/** The third part of a check: Docker, and the way to it. */
export function describeDocker(
  seen: SeenEngine & Pick<HostObservation, 'dockerRoute' | 'portsRelayed' | 'isCrowded'>,
): CheckLine[] {
  return [...describeEngine(seen), ...describeRoute(seen)]
}

function describeBad(problem: Problem): CheckLine {
  const { message, advice } = describeProblem(problem)
  return line('Docker', 'bad', message, advice)
}

/** The panel asks one socket, which is that of all users. */
const describeOwnDocker = (uid: number): CheckLine =>
  line(
    'Docker',
    'bad',
    `Docker runs without root there, for this user alone (/run/user/${uid}/docker.sock), and no packet filter reaches it.`,
    'Start the Docker of the system there (`sudo systemctl enable --now docker.socket docker`). Both may run side by side.',
  )

function describeSnap({ facts }: Pick<HostObservation, 'facts'>): CheckLine[] {
  if (facts.kind === 'failed' || !facts.value.snapDocker) return []
  return [
    line(
      'Snap',
      'note',
      'Docker is there as a snap, which sees no folders but those of users: tenants may not start. This was not tried.',
      "Use Docker of the system's packages: `sudo snap remove docker`, then prepare the host.",
    ),
  ]
}

type SeenEngine = Pick<HostObservation, 'host' | 'docker' | 'facts'>

function describeEngine({ host, docker, facts }: SeenEngine): CheckLine[] {
  if (docker.kind === 'failed') {
    // The line about the login has told it.
    if (docker.problem.code === 'LOGIN_UNUSABLE') return []
    const podman = findPodman({ host, docker, facts })
    if (podman !== null) return [describeBad(podman)]
    if (facts.kind === 'ok') {
      const { ownDocker, dockerProgram, uid } = facts.value
      if (ownDocker && docker.problem.code === 'DOCKER_UNREACHABLE') return [describeOwnDocker(uid)]
      if (!dockerProgram) return [line('Docker', 'missing', 'Docker is not installed.', prepare)]
      const stopped = describeDockerUnits(docker.problem, facts.value)
      if (stopped.length > 0) return stopped
    }
    return [describeBad(blameDocker(docker.problem, facts.kind === 'ok'))]
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
    ...(facts.kind === 'ok' ? describeContainerd(facts.value) : []),
    ...describeSnap({ facts }),
    networks.includes(first)
      ? line('Networks', 'good', `${networks.length} for tenants: ${networks.join(', ')}.`)
      : line('Networks', 'missing', `The tenant network ${first} is not there.`, prepare),
  ]
}

/** No answer from Docker is not one of the host, where that answered meanwhile. */
export function blameDocker(problem: Problem, hostAnswers: boolean): Problem {
  if (problem.code !== 'TIMED_OUT' || !hostAnswers) return problem
  const { host, afterMs } = problem.details
  return { code: 'DOCKER_SILENT', details: { host, afterMs } }
}

/** Whether there is an image to make tenants from. */
export function describeImage(docker: Observed<DockerFacts>): CheckLine[] {
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
