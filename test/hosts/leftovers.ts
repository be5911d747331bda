import { readdirSync, readFileSync } from 'node:fs'
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
  // A daemon that was frozen when its run ended is dead now, and its starter, which froze with it, has to take that note.
  for (const pid of findEntrants(init.pid)) signal(pid, 'SIGCONT')
  await until(`process ${init.pid} has ended`, () => !isAlive(init))
}

/** Programs that were started into the namespaces of a process: `nsenter --target 4711 --net …`. */
const findEntrants = (target: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => readText(`/proc/${name}/cmdline`).startsWith(`nsenter\0--target\0${target}\0`))
    .map(Number)

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}
