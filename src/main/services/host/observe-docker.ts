import { imageTag, ownedLabel, tenantLabel } from '../../../domain/host-names.ts'
import type { DockerFacts } from '../../../domain/host-observation.ts'
import type { HostAccess } from './host-pool.ts'
import { parseLimits } from './observe-limits.ts'

/** The label that an image carries with the version of memcached inside; the official image has it as a variable. */
const versionLabel = 'io.memharbor.memcached'
const megabyte = 2 ** 20

/** What Docker says about itself and about what is ours there. */
export async function observeDocker({ docker }: HostAccess): Promise<DockerFacts> {
  const ours = JSON.stringify({ label: [ownedLabel] })
  const tenants = JSON.stringify({ label: [tenantLabel] })
  const [version, info, networks, containers, image] = await Promise.all([
    docker.call('say its version', (api) => api.version()),
    docker.call('describe itself', (api) => api.info()),
    docker.call('list the networks', (api) => api.listNetworks({ filters: ours })),
    docker.call('list the containers', (api) => api.listContainers({ all: true, filters: tenants })),
    docker.call('look at the image', (api) => api.getImage(imageTag).inspect(), { expected: [404] }),
  ])
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    desktop: info.OperatingSystem === 'Docker Desktop',
    rootless: (info.SecurityOptions ?? []).includes('name=rootless'),
    memTotalMb: Math.floor(info.MemTotal / megabyte),
    networks: networks.map(({ Name }) => Name).sort(),
    running: containers
      .filter(({ State }) => State === 'running')
      .map(({ Labels }) => Labels[tenantLabel] ?? ''),
    missingLimits: parseLimits(info),
    tenants: containers.map(({ Labels }) => Labels[tenantLabel] ?? ''),
    publishedPorts: containers.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort)),
    image:
      image === undefined
        ? null
        : { id: image.Id, memcached: readMemcachedVersion(image.Config) ?? 'of an unknown version' },
  }
}

/**
 * The version of memcached that an image names: our own ones in a label, the official one in its environment
 * (`MEMCACHED_VERSION=1.6.45`). Null: none.
 */
export function readMemcachedVersion(config: {
  Labels?: Record<string, string> | null
  Env?: string[] | null
}): string | null {
  const variable = (config.Env ?? []).find((entry) => entry.startsWith('MEMCACHED_VERSION='))
  return config.Labels?.[versionLabel] ?? variable?.slice('MEMCACHED_VERSION='.length) ?? null
}
