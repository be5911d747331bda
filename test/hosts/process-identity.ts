import { readFileSync } from 'node:fs'

/** A process that can be told from a later one with the same number. `startTime` is in clock ticks since boot. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTime: string
}

/**
 * Reads /proc/PID/stat; null when there is no such process, or only its zombie.
 * A sample, shortened: `4711 (some name) S 1 4711 4711 0 -1 … 5 0 20 0 1 0 123456 …`; the start time is field 22.
 */
export const observeProcess = (pid: number): ProcessIdentity | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name may hold spaces and brackets, so fields are counted from its closing bracket: state is field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const startTime = fields[19]
    return startTime === undefined || fields[0] === 'Z' ? null : { pid, startTime }
  } catch {
    return null
  }
}

export const isAlive = (identity: ProcessIdentity): boolean =>
  observeProcess(identity.pid)?.startTime === identity.startTime
