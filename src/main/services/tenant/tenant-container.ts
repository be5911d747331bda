import { renderContainerOptions, renderNetworkOptions } from '../../../domain/container-options.ts'
import { containerName, imageTag, networkName, networkSubnet } from '../../../domain/host-names.ts'
import { fail } from '../../../domain/problem-error.ts'
import { containerLimitMb } from '../../../domain/sizing.ts'
import { requireSupernet } from '../../../domain/supernet.ts'
import type { DesiredTenant } from '../../../domain/tenant-plan.ts'
import { imageAnswer, logAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { ofLog } from '../../adapters/docker/docker.ts'
import { parseDockerLog } from '../../adapters/docker/log.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { findStart } from './observe-start.ts'
import { requireNotRenamed, requireOwnName } from './observe-tenants.ts'
import { removeContainer, removing } from './remove-container.ts'

const megabyte = 2 ** 20

/** A container takes seconds to start on a busy host; a daemon that hangs takes for ever. */
const slow = { timeoutMs: 60_000 }

/**
 * Makes the tenant's container and starts it. A container of that name that exists already is started: the name carries
 * the tenant's id, so it is this tenant's.
 * @throws ProblemError IMAGE_MISSING, DOCKER_FAILED and what the connection says
 */
export async function ensureContainer(
  access: HostAccess,
  tenant: DesiredTenant,
  place: { port: number; network: number },
): Promise<void> {
  await ensureNetworkOnce(access, place.network)
  const image = tenant.image ?? (await requireImage(access))
  const options = renderContainerOptions({
    tenantId: tenant.id,
    port: place.port,
    network: place.network,
    memoryMb: tenant.memoryMb,
    maxConnections: tenant.maxConnections,
    image,
    publish: access.host.mode === 'loopback' ? 'loopback' : 'public',
    programFolder: await findStart(access, image),
  })
  // A name in use (409) is this tenant's own container, left by a try that was cut off.
  await access.docker.call('create the container', (docker) => docker.createContainer(options), {
    ...slow,
    expected: [409],
  })
  await startContainer(access, tenant.id)
}

/** Starts the container; one that runs already is fine (304). */
export async function startContainer(access: HostAccess, tenantId: string): Promise<void> {
  const start = 'start the container'
  await access.docker.call(start, (docker) => docker.getContainer(containerName(tenantId)).start(), {
    ...slow,
    expected: [304],
  })
}

/** Stops and starts the container; its memcached starts with the size that the record has, or that it was made with. */
export async function restartContainer(access: HostAccess, tenantId: string): Promise<void> {
  const restart = 'restart the container'
  await access.docker.call(
    restart,
    (docker) => docker.getContainer(containerName(tenantId)).restart({ t: 2 }),
    slow,
  )
}

/** Gives the running container the memory limit of a cache of that size. */
export async function limitContainer(access: HostAccess, tenantId: string, memoryMb: number): Promise<void> {
  const Memory = containerLimitMb(memoryMb) * megabyte
  await access.docker.call(
    'change the memory limit',
    (docker) => docker.getContainer(containerName(tenantId)).update({ Memory, MemorySwap: Memory }),
    slow,
  )
}

/**
 * Removes a tenant's container, and ends when it is gone.
 * @throws ProblemError as {@link removeContainer}; DOCKER_FAILED also where it is there under another name, or another has its name
 */
export async function removeOwnContainer(access: HostAccess, tenantId: string): Promise<void> {
  await requireOwnName(access, tenantId, removing)
  const wasThere = await removeContainer(access, containerName(tenantId))
  if (!wasThere) await requireNotRenamed(access, tenantId, removing)
}

/** The end of what the container printed, for a sentence; empty when there is none. */
export async function readLastWords(access: HostAccess, tenantId: string): Promise<string> {
  const read = await access.docker
    .call(
      'read the log',
      async (docker) =>
        readAnswer(
          logAnswer,
          await docker.getContainer(containerName(tenantId)).logs({ stdout: true, stderr: true, tail: 5 }),
        ),
      { bounds: ofLog, expected: [404] },
    )
    .catch(() => undefined)
  const text = read === undefined ? '' : parseDockerLog(read)
  return text.replaceAll(/\s+/gu, ' ').trim().slice(-300)
}

/** The id of the image for new tenants: containers are made from content, never from a tag that can move. */
export async function requireImage(access: HostAccess): Promise<string> {
  if (access.seen.imageId !== undefined) return access.seen.imageId
  const image = await access.docker.call(
    'look at the image',
    async (docker) => readAnswer(imageAnswer, await docker.getImage(imageTag).inspect()),
    {
      expected: [404],
    },
  )
  if (image === undefined)
    return fail({ code: 'IMAGE_MISSING', details: { host: access.host.name, image: imageTag } })
  access.seen.imageId = image.Id
  return image.Id
}

/** Preparing makes the first network; the others come with the tenants that fill the ones before. */
export async function ensureNetworkOnce(access: HostAccess, index: number): Promise<void> {
  if (index === 1) return
  const { networks } = access.seen
  const made = networks.get(index) ?? makeFurtherNetwork(access, index)
  networks.set(index, made)
  await made.catch((error: unknown) => {
    networks.delete(index)
    throw error
  })
}

async function makeFurtherNetwork(access: HostAccess, index: number): Promise<void> {
  const { supernet } = await access.helper.request<'hello'>({ op: 'hello' })
  if (supernet === null)
    return fail({
      code: 'HOST_NOT_PREPARED',
      details: { host: access.host.name, missing: ['its tenant networks'] },
    })
  await ensureNetwork(access, supernet, index)
  // The helper sees to it that the new bridge passes the filter.
  await access.helper.request<'restore'>({ op: 'restore' })
}

/** Makes tenant network `index` unless it is there (409). */
export async function ensureNetwork(access: HostAccess, supernet: string, index: number): Promise<void> {
  const { subnet, gateway } = networkSubnet(requireSupernet(access.host.name, supernet), index)
  await access.docker.call(
    `make the network ${networkName(index)}`,
    (docker) => docker.createNetwork(renderNetworkOptions(index, subnet, gateway)),
    { ...slow, expected: [409] },
  )
}
