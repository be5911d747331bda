import type { z } from 'zod'
import { type EndedState, judgeEnd, type SeenEnd, windowOf } from '../../../core/tenant/judge-end.ts'
import type { endAnswer } from '../../adapters/docker/answers.ts'
import { hasAllEvents, readEvents } from '../../adapters/docker/read-events.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeDockerBegan } from '../host/observe-docker-began.ts'

/**
 * How a container ended the last time; null: never.
 * @param inspected as Docker's `GET /containers/ID/json` has it
 * @throws ProblemError DOCKER_FAILED and what the connection says
 */
export async function observeEnd(
  access: HostAccess,
  { Id, RestartCount, State }: z.output<typeof endAnswer>,
  timeoutMs = access.timeLimits.callMs,
): Promise<SeenEnd | null> {
  const state: EndedState = {
    ...{ running: State.Running, exitCode: State.ExitCode, oomKilled: State.OOMKilled },
    ...{ startedAt: State.StartedAt, finishedAt: State.FinishedAt, restarts: RestartCount },
  }
  const window = windowOf(state)
  if (window === null) return judgeEnd(state, [])
  const filters = { type: ['container'], container: [Id], event: ['die', 'kill', 'oom'] }
  const { docker } = access
  const events = await docker.call('read its events', (api) => readEvents(api, { ...window, filters }), {
    timeoutMs,
  })
  const end = judgeEnd(state, events)
  if (end === null || !(end.planned || end.status === null)) return end
  // A proxy that stands before Docker may keep its networks to itself.
  const began = await observeDockerBegan(access, Date.parse(state.finishedAt), timeoutMs).catch(() => null)
  const judged = judgeEnd(state, events, began)
  if (judged?.status !== null || !judged.planned) return judged
  // With `live-restore` a container may end while Docker is away, and its networks are as old as before.
  const isBefore = await docker
    .call('read its events', (api) => hasAllEvents(api, window.until), { timeoutMs })
    .catch(() => false)
  return isBefore ? { ...judged, planned: false } : judged
}
