import { readFileSync } from 'node:fs'
import { childrenOf } from '../kill.ts'
import { observeProcess, type ProcessIdentity } from '../process-identity.ts'

/**
 * The systemd that is the first process of a container under `ancestor`; null while there is none.
 * @param ancestor has nspawn among its descendants
 */
export const observeFirstProcess = (ancestor: number): ProcessIdentity | null => {
  for (const pid of childrenOf(ancestor)) {
    const found = isFirstSystemd(pid) ? observeProcess(pid) : observeFirstProcess(pid)
    if (found !== null) return found
  }
  return null
}

/** A sample, shortened: `Name:	systemd`, then `NSpid:	4711	38	1`: its number in each pid namespace, its own last. */
const isFirstSystemd = (pid: number): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return /^Name:\tsystemd$/m.test(status) && /^NSpid:.*\t1$/m.test(status)
  } catch {
    return false
  }
}
