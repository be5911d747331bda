import { z } from 'zod'
import type { Client } from './client.ts'
import script from './memcache-talk.py?raw'

const talk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), text: z.string() }),
  z.object({ kind: z.literal('timeout') }),
  z.object({ kind: z.literal('refused') }),
  z.object({ kind: z.literal('unreachable'), reason: z.string() }),
])

/** The result of a conversation. `timeout` covers a connection that was made and then went silent. */
export type MemcacheTalk = z.infer<typeof talk>

/**
 * Connects from `client`, sends `text` and `quit`, and collects the answer.
 * @param text whole lines of the text protocol, each with its `\r\n`
 * @param timeoutMs for everything; a closed port is told from an open one only by waiting this long
 */
export const memcacheTalk = async (
  client: Pick<Client, 'exec'>,
  address: string,
  port: number,
  text = 'version\r\n',
  timeoutMs = 1_500,
): Promise<MemcacheTalk> => {
  const argv = ['/usr/bin/python3', '-IS', '-c', script, address, String(port), String(timeoutMs / 1_000)]
  const result = await client.exec(argv, { input: `${text}quit\r\n`, timeoutMs: timeoutMs + 10_000 })
  if (result.status !== 0) throw new Error(`the conversation failed: ${result.stderr}`)
  return talk.parse(JSON.parse(result.stdout))
}
