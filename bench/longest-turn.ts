import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** `92839172 1290391 1203`: of the main thread, on the processor and waiting for one, in nanoseconds, and how often. */
const schedstat = `/proc/self/task/${process.pid}/schedstat`
const readCpuMs = (): number => Number(readFileSync(schedstat, 'latin1').split(' ')[0]) / 1e6

/**
 * The longest stop of this process meanwhile, in milliseconds: by the clock, and in processor time, where what other
 * programs take in the middle is not in it.
 */
export async function findLongestTurn<T>(
  work: () => Promise<T>,
): Promise<{ result: T; byClock: number; cpu: number }> {
  const delay = monitorEventLoopDelay({ resolution: 2 })
  let cpu = 0
  let isOver = false
  let last = readCpuMs()
  const look = (): void => {
    const now = readCpuMs()
    cpu = Math.max(cpu, now - last)
    last = now
    if (!isOver) setImmediate(look)
  }
  delay.enable()
  look()
  try {
    const result = await work()
    await new Promise(setImmediate)
    return { result, byClock: delay.max / 1e6, cpu }
  } finally {
    isOver = true
    delay.disable()
  }
}
