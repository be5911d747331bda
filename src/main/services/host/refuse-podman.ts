import { findPodman } from '../../../core/host/find-podman.ts'
import { fail } from '../../../domain/problem-error.ts'
import { observeHostFacts } from '../../adapters/netfilter/host-facts.ts'
import type { HostAccess } from './host-pool.ts'
import { observeVersion } from './observe-docker.ts'
import { attempt } from './observe-host.ts'

/**
 * A host without Docker may be added, because preparing installs it; beside Podman in its place that would not work.
 * @throws ProblemError DOCKER_IS_PODMAN
 */
export async function refusePodman(access: HostAccess): Promise<void> {
  const { host, link, timeLimits } = access
  const docker = await attempt(observeVersion(access, Math.min(timeLimits.lookMs, timeLimits.callMs)))
  if (docker.kind === 'ok') return
  const facts = await attempt(observeHostFacts(link, host.name))
  const podman = findPodman({ host: host.name, docker, facts })
  if (podman !== null) fail(podman)
}
