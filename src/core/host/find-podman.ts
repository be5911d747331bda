import type { Problem } from '../../contract/problem.ts'
import type { HostFacts, Observed } from '../../domain/host-observation.ts'

/** Docker's socket as Podman's own package makes it, a link that an ordinary user may not follow; or its program. */
const places = {
  socket: "Docker's socket is a link to Podman's",
  program: 'the program `docker` there starts Podman',
} as const

/**
 * That Podman is in Docker's place, or null. It answers most of Docker's API, and what tenants need fails late. A Docker
 * that answers is Docker, whatever else is there.
 */
export function findPodman({
  host,
  docker,
  facts,
}: {
  readonly host: string
  readonly docker: Observed<unknown>
  readonly facts: Observed<HostFacts>
}): Problem | null {
  if (docker.kind === 'ok') return null
  const { code } = docker.problem
  if (code === 'DOCKER_IS_PODMAN') return docker.problem
  const place = facts.kind === 'ok' ? facts.value.podman : null
  if (place === null || (code !== 'DOCKER_DENIED' && code !== 'DOCKER_UNREACHABLE')) return null
  return { code: 'DOCKER_IS_PODMAN', details: { host, where: places[place] } }
}
