import type { Browser, Page } from 'playwright-core'
import { z } from 'zod'

/** `{"name":"ThreadControllerImpl::RunTask","ph":"X","pid":1,"tid":1,"dur":20811,"tdur":20809}`, in microseconds. */
const traceEvent = z.object({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.object({ name: z.string().optional() }).optional(),
})
const trace = z.object({ traceEvents: z.array(traceEvent) })

const task = 'ThreadControllerImpl::RunTask'

/**
 * The longest task of the page's main thread meanwhile, in milliseconds of processor time: what other programs take in
 * the middle of a task is not in it.
 */
export async function findLongestTask<T>(
  browser: Browser,
  page: Page,
  work: () => Promise<T>,
): Promise<{ result: T; longestTask: number }> {
  await browser.startTracing(page, { categories: ['toplevel'] })
  const result = await work()
  const { traceEvents } = trace.parse(JSON.parse((await browser.stopTracing()).toString('utf8')))
  const threadOf = ({ pid, tid }: z.infer<typeof traceEvent>): string => `${pid}:${tid}`
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  )
  const tasks = traceEvents.filter((event) => event.name === task && mainThreads.has(threadOf(event)))
  if (tasks.length === 0) throw new Error('the browser told of no task')
  return { result, longestTask: Math.max(...tasks.map(({ tdur, dur }) => tdur ?? dur ?? 0)) / 1000 }
}
