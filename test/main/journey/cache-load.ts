import { z } from 'zod'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import script from './cache-load.py?raw'

const used = z.object({
  operations: z.int(),
  hits: z.int(),
  misses: z.int(),
  /** Everything that was no hit and no miss; a lost connection ends the program, and `stop` throws. */
  errors: z.array(z.string()),
})

/** A client that reads and writes all the time. */
export interface CacheUse {
  /** Waits until at least a thousand further operations are done. */
  more(): Promise<void>
  stop(): Promise<z.infer<typeof used>>
}

const argv = (what: 'fill' | 'use', address: string, port: number, ...numbers: number[]): string[] => [
  ...['/usr/bin/python3', '-IS', '-c', script, what, address, String(port), ...numbers.map(String)],
]

/** Writes `count` items of 1 KB, or of as many bytes as are given; one of 1 KB takes 1,184 bytes of the cache. */
export const fillCache = async (
  client: Client,
  address: string,
  port: number,
  count: number,
  { timeoutMs = 120_000, bytes = 1_000 } = {},
) => {
  const { status, stderr } = await client.exec(argv('fill', address, port, count, bytes), { timeoutMs })
  if (status !== 0) throw new Error(`the cache could not be filled: ${stderr}`)
}

/** Uses a cache that `fillCache` filled with as many items. */
export const useCache = async (
  client: Client,
  address: string,
  port: number,
  count: number,
): Promise<CacheUse> => {
  const running = await client.spawn(argv('use', address, port, count))
  const lines = async (): Promise<string[]> => (await running.output()).trim().split('\n')
  return {
    async more() {
      const before = (await lines()).length
      await until('the client goes on', async () => (await lines()).length > before + 1, 30_000)
    },
    async stop() {
      await running.end()
      const status = await running.exited()
      const found = used.safeParse(JSON.parse((await lines()).at(-1) ?? ''))
      if (status !== 0 || !found.success)
        throw new Error(`the client ended with ${status} after ${(await lines()).at(-1)}`)
      return found.data
    },
  }
}
