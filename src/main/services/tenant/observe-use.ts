import { containerName } from '../../../domain/host-names.ts'
import { readAnswer, useAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from '../host/host-pool.ts'

const megabyte = 2 ** 20
/** Docker 20.10 waits for its next measurement of all containers, a second or two. */
const measuring = { timeoutMs: 30_000 }

/**
 * MB that the kernel charges a tenant's container and could not take back by itself: files that it has in memory are left
 * out. Null: nobody counts them there, or the container does not run.
 */
export async function observeUse(access: HostAccess, tenantId: string): Promise<number | null> {
  const said = await access.docker.call(
    'measure the memory of the container',
    async (docker) =>
      readAnswer(
        useAnswer,
        await docker.getContainer(containerName(tenantId)).stats({ stream: false, 'one-shot': true }),
      ),
    measuring,
  )
  const { usage, stats } = said.memory_stats
  if (usage === undefined) return null
  // The names of version 1, whose others leave out what is below it, and of version 2.
  const { total_inactive_file, total_active_file, inactive_file, active_file } = stats
  const files = (total_inactive_file ?? inactive_file ?? 0) + (total_active_file ?? active_file ?? 0)
  return Math.max(0, usage - files) / megabyte
}
