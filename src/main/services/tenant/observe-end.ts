import type { z } from 'zod'
import { type EndedState, judgeEnd, type SeenEnd, windowOf } from '../../../core/tenant/judge-end.ts'
import type { endAnswer } from '../../adapters/docker/answers.ts'
import { readEvents } from '../../adapters/docker/read-events.ts'
import type { HostAccess } from '../host/host-pool.ts'

/**
 * How a container ended the last time; null: never.
 * @param inspected as Docker's `GET /containers/ID/json` has it
 * @throws ProblemError DOCKER_FAILED and what the connection says
 */
export async function observeEnd(
  { docker, timeLimits }: HostAccess,
  { Id, RestartCount, State }: z.output<typeof endAnswer>,
  timeoutMs = timeLimits.callMs,
): Promise<SeenEnd | null> {
  const state: EndedState = {
    ...{ running: State.Running, exitCode: State.ExitCode, oomKilled: State.OOMKilled },
    ...{ startedAt: State.StartedAt, finishedAt: State.FinishedAt, restarts: RestartCount },
  }
  const window = windowOf(state)
  if (window === null) return judgeEnd(state, [])
  const filters = { type: ['container'], container: [Id], event: ['die', 'kill', 'oom'] }
  const events = await docker.call('read its events', (api) => readEvents(api, { ...window, filters }), {
    timeoutMs,
  })
  return judgeEnd(state, events)
}
