import type { z } from 'zod'
import { type SeenEnd, spanOfUp } from '../../../core/tenant/judge-end.ts'
import {
  listDifferences,
  type MadeContainer,
  readDescriptors,
  readStart,
} from '../../../core/tenant/judge-made.ts'
import type { Table } from '../../../core/tenant/read-made.ts'
import { comesBack } from '../../../core/tenant/restart-policy.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { endAnswer, imageDefaultsAnswer, madeAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeEnd } from './observe-end.ts'
import { observeWays } from './observe-ways.ts'

/** How a container was made. */
export interface Making {
  /** The parts in which it is not as this program makes one. */
  readonly parts: readonly string[]
  /** `-c` of its command line, by which memcached counts its own descriptors, too; 0: it has none. */
  readonly descriptors: number
  /** The size with which its memcached starts, in MB, whatever its tenant was given since; null: that of the host's record. */
  readonly startsMb: number | null
  /** Docker starts it again after it was killed itself. */
  readonly comesBack: boolean
}

/** The same, how the container ended the last time, and when that was seen, in milliseconds of the monotonic clock. */
export interface SeenMade extends Making {
  readonly ended: SeenEnd | null
  readonly at: number
}

interface ListedContainer {
  readonly Id: string
  /** `Up 7 seconds` */
  readonly Status: string
}

/** Looks of one listing: the newest that nobody has looked at come first, as Docker lists them. */
const mostLooked = 50
/** Of those that were looked at before; somebody may have changed their limits since. */
const mostLookedAgain = 2
/** In milliseconds: a container that hangs must not take the time of a look from all others. */
const longestLook = 1_500
/** In milliseconds. */
const [againAfter, oneAgainAfter] = [60_000, 5_000]

/**
 * How the listed containers were made, by their ids; those are left out that nobody has looked
 * at yet. A list does not say it, and a look at each of thousands takes too long, so they are looked at piece by piece.
 */
export async function observeMade(
  access: HostAccess,
  listed: readonly ListedContainer[],
  most = mostLooked,
  timeoutMs = longestLook,
): Promise<ReadonlyMap<string, SeenMade>> {
  const { made } = access.seen
  const known = listed.filter(({ Id }) => Id !== '')
  const ids = known.map(({ Id }) => Id)
  const isOld = (id: string, afterMs: number): boolean =>
    (made.get(id)?.at ?? 0) < performance.now() - afterMs
  const begun = known.filter((each) => hasBegunSince(each, made.get(each.Id))).map(({ Id }) => Id)
  const fresh = [...begun, ...ids.filter((id) => !made.has(id))].slice(0, most)
  const again = ids
    .filter(
      (id) => made.has(id) && !begun.includes(id) && isOld(id, ids.length === 1 ? oneAgainAfter : againAfter),
    )
    .sort((a, b) => (made.get(a)?.at ?? 0) - (made.get(b)?.at ?? 0))
    .slice(0, mostLookedAgain)
  await Promise.all([...fresh, ...again].map((id) => lookAt(access, id, timeoutMs)))
  return new Map(
    ids.flatMap((id) => {
      const seen = made.get(id)
      return seen === undefined ? [] : [[id, seen] as const]
    }),
  )
}

/** A busy Docker tells its events late. In milliseconds. */
const endIsToldWithin = 30_000

/** Whether a container may have started after it was looked at the last time, or so lately that how it ended was not told yet. */
function hasBegunSince({ Status }: ListedContainer, seen: SeenMade | undefined): boolean {
  const up = spanOfUp(Status)
  if (seen === undefined || up === undefined) return false
  const isUntold = seen.ended?.status === null && up.mostMs <= endIsToldWithin
  return isUntold || seen.at < performance.now() - up.leastMs
}

/** Containers come and go, and a host may name others in each list. */
const mostKept = 50_000

/** A look that fails says nothing of the container, and keeps nothing else from being seen. */
async function lookAt(access: HostAccess, id: string, timeoutMs: number): Promise<void> {
  try {
    const seen = await observeWhole(access, id, timeoutMs)
    const { made } = access.seen
    if (made.size >= mostKept) made.clear()
    if (seen !== undefined) made.set(id, { ...seen, at: performance.now() })
    else made.delete(id)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
  }
}

async function observeWhole(
  access: HostAccess,
  id: string,
  timeoutMs: number,
): Promise<Omit<SeenMade, 'at'> | undefined> {
  const seen = await inspect(access, id, timeoutMs)
  if (seen === undefined) return undefined
  // A proxy that stands before Docker may keep its events to itself.
  const ended =
    seen.end === undefined ? null : await observeEnd(access, seen.end, timeoutMs).catch(() => null)
  return { ...seen.making, ended }
}

/**
 * How a container was made; undefined: it is gone.
 * @param name or id
 */
export async function observeMaking(
  access: HostAccess,
  name: string,
  timeoutMs = access.timeLimits.callMs,
): Promise<Making | undefined> {
  return (await inspect(access, name, timeoutMs))?.making
}

async function inspect(
  access: HostAccess,
  name: string,
  timeoutMs: number,
): Promise<{ readonly making: Making; readonly end: z.output<typeof endAnswer> | undefined } | undefined> {
  const seen = await access.docker.call(
    'look at the container',
    async (docker) => {
      const answer: unknown = await docker.getContainer(name).inspect()
      return { ...keepMade(readAnswer(madeAnswer, answer)), end: endAnswer.safeParse(answer).data }
    },
    { timeoutMs, expected: [404] },
  )
  if (seen === undefined) return undefined
  const { end } = seen
  // A container with so long a description is to be made anew anyway.
  if (seen.kind === 'too long')
    return {
      making: { parts: ['length of its description'], descriptors: 0, startsMb: null, comesBack: true },
      end,
    }
  const made = JSON.parse(seen.made) as MadeContainer
  // The networks after the container: one that was just made for it is among them.
  const [image, ways] = await Promise.all([
    observeDefaults(access, seen.image, timeoutMs),
    observeWays(access, [String(made.HostConfig['NetworkMode'])], timeoutMs),
  ])
  const making = {
    parts: listDifferences(made, image, ways),
    descriptors: readDescriptors(made),
    startsMb: readStart(made),
    comesBack: comesBack(made.HostConfig),
  }
  return { making, end }
}

/** Characters of how a container is made; ours have some thousand, most of them the profile of system calls. */
const longestMade = 65_536

/**
 * Hundreds of looks wait for the same image, each for as long as a hostile host likes, and a value takes ten times its text.
 * A container with a longer one is not as this program makes it, whatever its image is.
 */
function keepMade({
  Image: image,
  ...made
}: MadeContainer & { readonly Image: string }):
  | { readonly kind: 'waits'; readonly image: string; readonly made: string }
  | { readonly kind: 'too long' } {
  const text = JSON.stringify(made)
  return text.length <= longestMade ? { kind: 'waits', image, made: text } : { kind: 'too long' }
}

/** Tenants of a host have a few images. */
const mostImages = 50
/** Characters of what is kept of an image; ours have some hundred. */
const longestDefaults = 16_384

/** An image is its content, so what was seen of it holds. */
function observeDefaults({ docker, seen }: HostAccess, id: string, timeoutMs: number): Promise<Table | null> {
  const known = seen.imageDefaults.get(id)
  if (known !== undefined) return known
  const look = docker
    .call(
      'look at the image',
      async (api) => readAnswer(imageDefaultsAnswer, await api.getImage(id).inspect()),
      { timeoutMs, expected: [404] },
    )
    .then((image) => (image === undefined ? null : keepDefaults(image.Config ?? {})))
  if (seen.imageDefaults.size >= mostImages) seen.imageDefaults.clear()
  seen.imageDefaults.set(id, look)
  look.catch(() => seen.imageDefaults.delete(id))
  return look
}

/** Defaults of an image that a container takes over. */
const defaults = [
  ...['Entrypoint', 'Env', 'ExposedPorts', 'Healthcheck', 'OnBuild', 'Shell', 'StopSignal', 'Volumes'],
  'WorkingDir',
]

/** Null for what no image of a tenant has. */
function keepDefaults(config: Table): Table | null {
  const kept = Object.fromEntries(defaults.map((name) => [name, config[name]]))
  return JSON.stringify(kept).length > longestDefaults ? null : kept
}
