import { bridgeAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from './host-pool.ts'

/**
 * When Docker itself began, ISO 8601 by the clock of its host: it makes its own network `bridge` anew then, but for one that
 * let its containers run on meanwhile (`live-restore`). Null: it has no such network.
 * @param after what ended, in milliseconds since 1970: a beginning before that is asked for again
 */
export async function observeDockerBegan(
  { docker, seen }: HostAccess,
  after: number,
  timeoutMs: number,
): Promise<string | null> {
  const ask = () =>
    docker.call(
      'look at its network bridge',
      async (api) => readAnswer(bridgeAnswer, await api.getNetwork('bridge').inspect()),
      { timeoutMs, expected: [404] },
    )
  const known = seen.dockerBegan
  if (known !== undefined && Date.parse(known) > after) return known
  const began = (await ask())?.Created ?? null
  if (began !== null) seen.dockerBegan = began
  return began
}
