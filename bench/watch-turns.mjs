/**
 * Loaded before a program (`node --import`) whose longest stops are wanted: once a second it adds a line to the file of
 * `MEMHARBOR_TURNS`, the milliseconds since 1970 and the longest stop of that second in milliseconds, by the clock and in
 * processor time, where what other programs take in the middle is not in it.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const path = process.env['MEMHARBOR_TURNS']
/** `92839172 1290391 1203`: of the main thread, nanoseconds on the processor and waiting for one, and how often. */
const schedstat = `/proc/self/task/${process.pid}/schedstat`
const readCpuMs = () => Number(readFileSync(schedstat, 'latin1').split(' ')[0]) / 1e6

if (path !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  let [last, longest] = [readCpuMs(), 0]
  setInterval(() => {
    const now = readCpuMs()
    longest = Math.max(longest, now - last)
    last = now
  }, 5).unref()
  setInterval(() => {
    appendFileSync(path, `${Date.now()} ${delay.max / 1e6} ${longest}\n`)
    delay.reset()
    longest = 0
  }, 1_000).unref()
}
