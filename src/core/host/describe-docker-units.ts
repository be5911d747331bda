import type { CheckLine } from '../../contract/host.ts'
import type { Problem } from '../../contract/problem.ts'
import { line } from '../../domain/check-line.ts'
import type { DockerUnits, HostFacts } from '../../domain/host-observation.ts'

/** systemd counts failures, and what it gave up stays so until that is forgotten. */
const wayOut =
  'Prepare the host, or run there: `sudo systemctl reset-failed docker.socket docker.service && sudo systemctl start docker.socket docker`'

/** Codes of a Docker that does not run; the last one's socket is systemd's, and nobody answers behind it. */
const notRunning: readonly Problem['code'][] = ['DOCKER_UNREACHABLE', 'TIMED_OUT', 'DOCKER_FAILED']

/** Whether systemd has a Docker there that does not run, and that it could start. A Docker without root is there by choice. */
export function canStartDocker(problem: Problem, { dockerUnits, ownDocker }: HostFacts): boolean {
  return (
    dockerUnits !== null &&
    !ownDocker &&
    notRunning.includes(problem.code) &&
    dockerUnits.service.load === 'loaded' &&
    ['inactive', 'failed'].includes(dockerUnits.service.active)
  )
}

/** Why a Docker does not run or hangs, as systemd knows it, and the way out; empty where nothing is known of it. */
export function describeDockerUnits(problem: Problem, facts: HostFacts): CheckLine[] {
  const units = facts.dockerUnits
  if (units === null || !notRunning.includes(problem.code)) return []
  if (units.service.load === 'masked') return [describeMasked()]
  if (canStartDocker(problem, facts)) return [describeStopped(units)]
  if (units.service.active === 'activating' && units.service.result !== 'success') {
    const why = `docker.service fails as it starts (${units.service.result}), and systemd tries again`
    return [bad(why, '`sudo journalctl -u docker` there says why')]
  }
  return describeContainerd(facts)
}

/** The line for a Docker that lost containerd: it says of containers what it knew before, and hangs where it asks for more. */
export function describeContainerd({ dockerUnits }: HostFacts): CheckLine[] {
  if (dockerUnits === null) return []
  const { service, containerd, containerdRuns } = dockerUnits
  if (service.active !== 'active' || containerd.load !== 'loaded') return []
  if (containerd.active === 'active' || containerdRuns) return []
  return [
    line(
      'containerd',
      'bad',
      `Docker runs there, and containerd does not (containerd.service: ${containerd.active}). No container can be started or stopped, and Docker may hang; caches that run go on.`,
      'Run `sudo systemctl start containerd` there; `sudo journalctl -u containerd` says why it ended. A restart of Docker would end the caches.',
    ),
  ]
}

const describeMasked = (): CheckLine =>
  bad(
    'docker.service is masked, so nothing may start it',
    'Run there: `sudo systemctl unmask docker.socket docker && sudo systemctl start docker.socket docker`',
  )

function describeStopped({ service, socket, filter }: DockerUnits): CheckLine {
  if (filter.active === 'failed') {
    const why = `it waits for the packet filter, and memharbor-firewall.service failed (${filter.result})`
    return bad(why, `\`sudo journalctl -u memharbor-firewall\` there says why. Then: ${wayOut}`)
  }
  if (service.active === 'failed') {
    const why = `docker.service failed (${service.result})`
    return bad(why, `\`sudo journalctl -u docker\` there says why. Then: ${wayOut}`)
  }
  if (socket.active === 'failed') {
    const why = `systemd gave its socket up after failures (docker.socket: ${socket.result})`
    return bad(why, wayOut)
  }
  return bad('docker.service is stopped', wayOut)
}

const bad = (why: string, advice: string): CheckLine =>
  line('Docker', 'bad', `Docker does not run there: ${why}.`, `${advice}.`)
