import { containerName, servicePort } from '../../../domain/host-names.ts'
import { containerAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import type { HostAccess } from '../host/host-pool.ts'

/**
 * By what one can tell later whether a cache was restarted, flushed or made from another image: none of these changes
 * what is asked for, so the store alone cannot tell. Kept as the `before` of the operation.
 */
export interface CacheMark {
  /** When the container was started, by the host's clock; null when there is none. */
  readonly startedAt: string | null
  /** Id of the container's image. */
  readonly image: string | null
  /** How many flushes memcached has counted since its start; null when it did not say. */
  readonly flushes: number | null
}

export async function observeCacheMark(access: HostAccess, tenantId: string): Promise<CacheMark> {
  const inspected = await access.docker.call(
    'look at the container',
    async (docker) =>
      readAnswer(containerAnswer, await docker.getContainer(containerName(tenantId)).inspect()),
    { expected: [404] },
  )
  if (inspected === undefined) return { startedAt: null, image: null, flushes: null }
  const port = inspected.HostConfig.PortBindings?.[`${servicePort}/tcp`]?.[0]?.HostPort
  const stats =
    inspected.State.Running && port !== undefined
      ? await askStats(access.link, Number(port)).catch(() => undefined)
      : undefined
  const flushes = stats?.['cmd_flush']
  return {
    startedAt: inspected.State.StartedAt,
    image: inspected.Image,
    flushes: flushes === undefined ? null : Number(flushes),
  }
}

type Comparison = (before: Partial<CacheMark>, after: CacheMark) => boolean

const isRestarted: Comparison = (before, after) => before.startedAt !== after.startedAt

/** How the operations tell whether they happened that leave what is asked for as it was. */
const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['tenant restart', isRestarted],
  ['tenant flush', (before, after) => isRestarted(before, after) || before.flushes !== after.flushes],
  // A connection that is gone tells nothing: its client may have closed it.
  ['tenant disconnect', isRestarted],
  ['tenant upgrade', (before, after) => before.image !== after.image],
])

/** Whether only the marks can tell if an operation of that kind happened. */
export const isMarked = (kind: string): boolean => comparisons.has(kind)

/** Whether what an operation of that kind was for has happened between the two marks. */
export function hasHappened(kind: string, before: Partial<CacheMark>, after: CacheMark): boolean {
  return comparisons.get(kind)?.(before, after) ?? true
}
