import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { DockerWays } from '../../../core/tenant/judge-made.ts'
import { isGuardedNetwork, isTenantNetwork, ownedLabel } from '../../../domain/host-names.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { bridgeOption, infoAnswer, networkEntry, readAnswer } from '../../adapters/docker/answers.ts'
import { inPieces } from '../../adapters/docker/docker.ts'
import { readList } from '../../adapters/docker/read-list.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** A value, and when it was seen, in milliseconds of the monotonic clock. */
export interface Seen<Value> {
  readonly value: Value
  readonly at: number
}

/** As far as Docker says it of itself. */
export type SaidWays = Pick<DockerWays, 'keeps' | 'cgroupVersion' | 'defaultRuntime'>

/** In milliseconds: somebody may set Docker up otherwise, or put another network in the place of one. */
const againAfter = 60_000
const isFresh = (seen: Seen<unknown> | undefined): boolean =>
  seen !== undefined && seen.at > performance.now() - againAfter

/**
 * How Docker on that host makes containers, for judging those that are there.
 * @param networks whose names are asked for
 */
export async function observeWays(
  access: HostAccess,
  networks: readonly string[],
  timeoutMs: number,
): Promise<DockerWays> {
  const [said, isOurNetwork] = await Promise.all([
    observeSaid(access, timeoutMs),
    observeOwnNetworks(access, networks, timeoutMs),
  ])
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  return { ...said, isOurNetwork, digest }
}

function observeSaid({ docker, seen }: HostAccess, timeoutMs: number): Promise<SaidWays> {
  if (seen.ways !== undefined && isFresh(seen.ways)) return seen.ways.value
  const value = docker
    .call('describe itself', async (api) => readAnswer(infoAnswer, await api.info()), { timeoutMs })
    .then(
      (info): SaidWays => ({
        keeps: {
          memory: info.MemoryLimit !== false,
          swap: info.SwapLimit !== false,
          processes: info.PidsLimit !== false,
        },
        cgroupVersion: info.CgroupVersion,
        defaultRuntime: info.DefaultRuntime,
      }),
    )
    .catch((error: unknown): SaidWays => {
      // A proxy that stands before Docker may keep that to itself.
      if (error instanceof ProblemError && error.problem.code === 'DOCKER_FAILED') return silent
      delete seen.ways
      throw error
    })
  seen.ways = { value, at: performance.now() }
  return value
}

const silent: SaidWays = {
  keeps: { memory: true, swap: true, processes: true },
  ...{ cgroupVersion: undefined, defaultRuntime: undefined },
}

/**
 * Whether a network is one of tenants that the filter guards, by its label and its bridge. Docker is asked again for
 * names that were not among them.
 */
export async function observeOwnNetworks(
  access: HostAccess,
  names: readonly string[],
  timeoutMs = access.timeLimits.callMs,
): Promise<(name: string) => boolean> {
  const known = access.seen.ownNetworks
  const isKnown = (name: string): boolean => known?.value.has(name) ?? false
  if (isFresh(known) && names.filter(isTenantNetwork).every(isKnown)) return isKnown
  const listed = await access.docker.call(
    'list the networks',
    (api) => readList(api, { path: '/networks', filters: { label: [ownedLabel] } }, networkEntry),
    { timeoutMs, bounds: inPieces },
  )
  return keepOwnNetworks(access, listed)
}

/**
 * The same of networks that were just listed.
 * @param listed those with the label of ours
 */
export function keepOwnNetworks(
  { seen }: HostAccess,
  listed: readonly z.output<typeof networkEntry>[],
): (name: string) => boolean {
  const own = listed.filter(({ Name, Options }) => isGuardedNetwork(Name, Options?.[bridgeOption]))
  const value = new Set(own.map(({ Name }) => Name))
  seen.ownNetworks = { value, at: performance.now() }
  return (name) => value.has(name)
}
