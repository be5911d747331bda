import { expect } from 'vitest'
import type { Client } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import type { HostFacts } from '../hosts/host.ts'
import { type MemcacheTalk, memcacheTalk } from '../hosts/memcache-talk.ts'

/** All of a step takes seconds; a machine with other work for its processors takes many times that. */
export const patienceMs = 300_000

/** A conversation over IPv4 and one over IPv6. */
export const reachBoth = (client: Client, host: HostFacts, port: number): Promise<MemcacheTalk[]> =>
  Promise.all([host.address4, host.address6].map((address) => memcacheTalk(client, address, port)))

/** Waits until a client is answered over both families. */
export const awaitBoth = (client: Client, host: HostFacts, port: number): Promise<void> =>
  until(
    `port ${port} answers over both families`,
    async () => (await reachBoth(client, host, port)).every(({ kind }) => kind === 'answer'),
    patienceMs,
  )

/** Expects silence over both families. */
export const expectShut = async (client: Client, host: HostFacts, port: number): Promise<void> => {
  const silence = { kind: 'timeout' }
  expect(await reachBoth(client, host, port)).toEqual([silence, silence])
}

/** Both addresses of a client, as entries of an allowlist. */
export const entriesOf = ({ address4, address6 }: Client) => [{ cidr: address4 }, { cidr: address6 }]
