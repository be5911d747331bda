import { removeCgroups } from './cgroups.ts'
import { until } from './condition.ts'
import { isAlive, type ProcessIdentity } from './process-identity.ts'
import { observeRecords, removeWorkDirectory } from './record.ts'

/**
 * Removes what sandboxes of dead processes left, and nothing of a live one's.
 * @returns the ids that were removed
 */
export const clearLeftovers = async (): Promise<readonly string[]> => {
  const abandoned = observeRecords().filter(({ record }) => record !== null && !isAlive(record.owner))
  for (const { id, record } of abandoned) {
    if (record?.init) await end(record.init)
    await removeCgroups(id)
    removeWorkDirectory(id)
  }
  return abandoned.map(({ id }) => id)
}

/** Its namespaces end with the first process in them. */
const end = async (init: ProcessIdentity): Promise<void> => {
  if (isAlive(init)) process.kill(init.pid, 'SIGKILL')
  await until(`process ${init.pid} has ended`, () => !isAlive(init))
}
