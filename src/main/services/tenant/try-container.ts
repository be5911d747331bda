import { renderTrialOptions } from '../../../domain/container-options.ts'
import { trialName } from '../../../domain/host-names.ts'
import type { DesiredTenant } from '../../../domain/tenant-plan.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { findStart } from './observe-start.ts'
import { removeContainer, removing } from './remove-container.ts'
import { ensureNetworkOnce, requireImage } from './tenant-container.ts'

/** A container takes seconds to start on a busy host; a daemon that hangs takes for ever. */
const slow = { timeoutMs: 60_000 }
/** As problems name it: an infinitive. */
const trying = 'start another container for a try, so nothing was removed'

/**
 * Starts a container like the tenant's beside it, on a port of its own, and removes it: a Docker whose rules, image, disk
 * or containerd are gone runs on with the containers that it has, and can start no other one.
 * @throws ProblemError IMAGE_MISSING, DOCKER_RULES_GONE, DOCKER_FAILED and what the connection says
 */
export async function tryContainer(
  access: HostAccess,
  tenant: DesiredTenant,
  network: number,
): Promise<void> {
  const { docker } = access
  await ensureNetworkOnce(access, network)
  const { id: tenantId, memoryMb, maxConnections } = tenant
  const image = tenant.image ?? (await requireImage(access))
  const name = trialName(tenantId)
  const programFolder = await findStart(access, image)
  const options = renderTrialOptions({ tenantId, network, memoryMb, maxConnections, image, programFolder })
  const create = () =>
    docker.call(trying, (api) => api.createContainer(options), { ...slow, expected: [409] })
  if ((await create()) === undefined) {
    // An earlier try was cut off before its start.
    await removeContainer(access, name)
    await create()
  }
  try {
    await docker.call(trying, (api) => api.getContainer(name).start(), slow)
  } finally {
    // Docker may be at it already, because memcached has ended.
    await docker.call(removing, (api) => api.getContainer(name).remove({ force: true }), {
      ...slow,
      expected: [404, 409],
    })
  }
}
