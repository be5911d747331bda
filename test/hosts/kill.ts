import { readFileSync } from 'node:fs'

/**
 * Ends a command at once. One that was started through nsenter is ended itself, so that nsenter, its parent, sees it
 * off: left to the machine's process 1 it might stay a zombie, and its namespaces with it.
 */
export const killCommand = (program: string, pid: number): void => {
  const targets = program === 'nsenter' ? childrenOf(pid) : []
  for (const target of targets.length > 0 ? targets : [pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

/** The processes that one has started. A sample of the file: `4712 4713 `, with a space after each. */
export const childrenOf = (pid: number): readonly number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
