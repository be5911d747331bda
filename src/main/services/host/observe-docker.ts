import pLimit from 'p-limit'
import { nameOf } from '../../../core/tenant/carrier.ts'
import { listOtherNetworks } from '../../../core/tenant/other-networks.ts'
import {
  imageTag,
  namelessSchema,
  ownedLabel,
  readSchema,
  tenantLabel,
  versionLabel,
} from '../../../domain/host-names.ts'
import type { DockerFacts } from '../../../domain/host-observation.ts'
import { fail } from '../../../domain/problem-error.ts'
import { isEnded } from '../../../domain/tenant-listeners.ts'
import {
  containerEntry,
  imageAnswer,
  infoAnswer,
  networkAnswer,
  networkEntry,
  readAnswer,
  versionAnswer,
} from '../../adapters/docker/answers.ts'
import { inPieces } from '../../adapters/docker/docker.ts'
import { readList } from '../../adapters/docker/read-list.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import { observeMade } from '../tenant/observe-made.ts'
import { observeNewest } from '../tenant/observe-start.ts'
import { keepOwnNetworks } from '../tenant/observe-ways.ts'
import { sortListed } from '../tenant/sort-listed.ts'
import type { HostAccess } from './host-pool.ts'
import { parseLimits } from './observe-limits.ts'
import { observeSubnets, parsePools } from './observe-subnets.ts'

const megabyte = 2 ** 20
/** Containers that one check looks at: it takes about a second for so many. */
const mostLooked = 300

/** Docker's facts about itself, and about the panel's own things there. */
export async function observeDocker(access: HostAccess): Promise<DockerFacts> {
  const { docker, timeLimits } = access
  const ours = { label: [ownedLabel] }
  const tenants = { label: [tenantLabel] }
  const parts = Promise.all([
    docker.call('describe itself', async (api) => readAnswer(infoAnswer, await api.info())),
    docker.call(
      'list the networks',
      (api) => readList(api, { path: '/networks', filters: ours }, networkEntry),
      { bounds: inPieces },
    ),
    observeSubnets(access),
    docker.call(
      'list the containers',
      (api) => readList(api, { path: '/containers/json', filters: tenants }, containerEntry),
      { bounds: inPieces },
    ),
    docker.call(
      'look at the image',
      async (api) => readAnswer(imageAnswer, await api.getImage(imageTag).inspect()),
      { expected: [404] },
    ),
  ])
  // What another program answers in Docker's place fails in ways that say less.
  parts.catch(() => undefined)
  // A Docker that hangs answers nothing: its shortest answer shows that, long before the longest would be too late.
  const version = await observeVersion(access, Math.min(timeLimits.lookMs, timeLimits.callMs))
  const [info, networks, subnets, listed, image] = await parts
  const networkNames = networks.map(({ Name }) => Name).sort()
  const isOurs = keepOwnNetworks(access, networks)
  const { named, renamed, copies } = await sortListed(access, listed)
  const containers = [...named, ...renamed]
  const made = await observeMade(access, containers, mostLooked, timeLimits.lookMs)
  const own = new Set(containers.flatMap((each) => [each.Id, nameOf(each)]))
  const oldest = Math.min(...containers.map(({ Labels }) => readSchema(Labels)))
  const newest = await observeNewest(access, oldest)
  const madeBefore = (schema: number): string[] =>
    containers.filter(({ Labels }) => readSchema(Labels) < schema).map(({ tenantId }) => tenantId)
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    desktop: info.OperatingSystem === 'Docker Desktop',
    rootless: info.SecurityOptions.includes('name=rootless'),
    memTotalMb: Math.floor(info.MemTotal / megabyte),
    networks: networkNames,
    subnets,
    pools: parsePools(info),
    elsewhere: containers.flatMap((each) => {
      const others = listOtherNetworks(each.NetworkSettings, isOurs)
      return others.length === 0 ? [] : [{ id: each.tenantId, container: nameOf(each), networks: others }]
    }),
    renamed: renamed.map((each) => ({ id: each.tenantId, name: nameOf(each) })),
    changed: containers.flatMap(({ Id, tenantId }) => {
      const parts = made.get(Id)?.parts ?? []
      return parts.length === 0 ? [] : [{ id: tenantId, parts }]
    }),
    earlier: madeBefore(newest),
    resolving: madeBefore(namelessSchema),
    copies: copies.map((each) => ({ id: each.tenantId, name: nameOf(each) })),
    guests: await observeGuests(docker, networkNames, own),
    down: containers.filter(({ State }) => isEnded(State)).map(({ tenantId }) => tenantId),
    staysDown: containers
      .filter(({ Id }) => made.get(Id)?.comesBack === false)
      .map(({ tenantId }) => tenantId),
    paused: containers
      .filter(({ State }) => State === 'paused')
      .map((each) => ({ id: each.tenantId, name: nameOf(each) })),
    running: containers.filter(({ State }) => State === 'running').map(({ tenantId }) => tenantId),
    missingLimits: parseLimits(info),
    tenants: containers.map(({ tenantId }) => tenantId),
    publishedPorts: containers.flatMap(({ Ports }) => Ports),
    image:
      image === undefined
        ? null
        : { id: image.Id, memcached: readMemcachedVersion(image.Config) ?? 'of an unknown version' },
  }
}

/** @throws ProblemError DOCKER_IS_PODMAN, and what a call throws */
export async function observeVersion(
  { docker, host }: Pick<HostAccess, 'docker'> & { readonly host: Pick<HostAccess['host'], 'name'> },
  timeoutMs: number,
): Promise<{ readonly Version: string; readonly ApiVersion: string }> {
  const version = await docker.call(
    'say its version',
    async (api) => readAnswer(versionAnswer, await api.version()),
    { timeoutMs, outOfTurn: true },
  )
  if (version.Components.some(({ Name }) => Name === 'Podman Engine')) {
    const where = `version ${version.Version} answers at Docker's socket`
    fail({ code: 'DOCKER_IS_PODMAN', details: { host: host.name, where } })
  }
  return version
}

/** A bridge with as many guests as it can have takes a fourth. */
const ofNetwork = { bytes: 4 * 1024 * 1024, values: 25_000 }
/** Side by side: such answers are the longest that are not read piece by piece. */
const networksAtOnce = 2

/** Containers on tenants' networks that are no tenant's; `own` has the ids and names of all containers of tenants. */
async function observeGuests(
  docker: HostAccess['docker'],
  networks: readonly string[],
  own: ReadonlySet<string>,
): Promise<DockerFacts['guests']> {
  const turns = pLimit(networksAtOnce)
  const guests = await Promise.all(
    networks.map((network) =>
      turns(async () => {
        const seen = await docker.call(
          'look at a network',
          async (api) => readAnswer(networkAnswer, await api.getNetwork(network).inspect()),
          { bounds: ofNetwork, expected: [404] },
        )
        return Object.entries(seen?.Containers ?? {})
          .filter(([id, { Name }]) => !own.has(id) && !own.has(Name))
          .map(([, { Name: name }]) => ({ network, name }))
      }),
    ),
  )
  return guests.flat()
}

/**
 * The version of memcached that an image names: our own ones in a label, the official one in its environment
 * (`MEMCACHED_VERSION=1.6.45`). Null: none.
 */
export function readMemcachedVersion(config: {
  readonly Labels: { readonly [versionLabel]?: string | undefined }
  readonly Env?: readonly string[]
}): string | null {
  const variable = (config.Env ?? []).find((entry) => entry.startsWith('MEMCACHED_VERSION='))
  const named = variable?.slice('MEMCACHED_VERSION='.length)
  return config.Labels[versionLabel] ?? (named === undefined ? null : renderForeignText(named))
}
