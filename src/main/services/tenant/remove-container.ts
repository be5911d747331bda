import { setTimeout as pause } from 'node:timers/promises'
import { ProblemError } from '../../../domain/problem-error.ts'
import { readStatus, toDockerProblem } from '../../adapters/docker/problems.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** The action, as problems name it. */
export const removing = 'remove the container'

/** A container takes seconds to end on a busy host; a daemon that hangs takes for ever. */
const timeoutMs = 60_000

/** From one question to the next, while another request removes the same container. */
const againAfterMs = 250

/**
 * Removes a container, running or not, and ends when it is gone; one that is gone already is fine (404). A daemon that
 * does not even say that it is there is not waited for as long as one that is busy.
 * @param container its name or id
 * @returns whether it was there
 * @throws ProblemError TIMED_OUT; DOCKER_FAILED, also where another request removes it for longer than a call takes
 */
export async function removeContainer(access: HostAccess, container: string): Promise<boolean> {
  const hangs = new AbortController()
  const removed = removeWholly(access, container, hangs.signal)
  try {
    return await Promise.race([removed, requireSign(access).then(() => removed)])
  } catch (error) {
    hangs.abort()
    await removed.catch(() => {})
    throw error
  }
}

/** A request of somebody else that removes it already may fail yet, so the same is asked until it is gone. */
async function removeWholly(access: HostAccess, container: string, signal: AbortSignal): Promise<boolean> {
  let answer = await askToRemove(access, container, signal)
  const wasThere = answer !== 'absent'
  for (let left = access.timeLimits.callMs; typeof answer === 'object' && left > 0; left -= againAfterMs) {
    await pause(againAfterMs, undefined, { signal })
    answer = await askToRemove(access, container, signal)
  }
  if (typeof answer === 'object') throw toDockerProblem(access.host.name, removing, answer.conflict)
  return wasThere
}

/** @returns `conflict`: Docker's refusal (409) where another request is at it */
async function askToRemove(
  { docker }: HostAccess,
  container: string,
  signal: AbortSignal,
): Promise<'removed' | 'absent' | { readonly conflict: unknown }> {
  const answer = await docker.call(
    removing,
    async (api) => {
      try {
        await api.getContainer(container).remove({ force: true, v: true })
        return 'removed'
      } catch (error) {
        if (readStatus(error) !== 409) throw error
        return { conflict: error }
      }
    },
    { timeoutMs, expected: [404], signal },
  )
  return answer ?? 'absent'
}

/**
 * Docker answers a ping at once, however much it has to do.
 * @throws ProblemError TIMED_OUT where it does not; any other trouble is told by the call that it was asked beside
 */
async function requireSign({ docker }: HostAccess): Promise<void> {
  try {
    await docker.call(removing, (api) => api.ping(), { outOfTurn: true })
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'TIMED_OUT') throw error
  }
}
