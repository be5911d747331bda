import type { Client } from './client.ts'
import script from './hold-connections.py?raw'

/** Connections of a client to a memcached that stay open. */
export interface HeldConnections {
  /** The tried connections that memcached answered. */
  readonly held: number
  /** Closes them. */
  readonly release: () => Promise<void>
}

/**
 * Opens so many connections one after the other and holds those that are answered.
 * @param timeoutMs for all of them
 */
export const holdConnections = async (
  client: Client,
  address: string,
  port: number,
  count: number,
  timeoutMs = 20_000,
): Promise<HeldConnections> => {
  const argv = ['/usr/bin/python3', '-IS', '-c', script, address, String(port), String(count)]
  const program = await client.spawn(argv)
  const output = await program.waitFor('held', timeoutMs)
  return { held: Number(/held (\d+)/.exec(output)?.[1]), release: program.kill }
}
