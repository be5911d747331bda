import { expect } from 'vitest'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { tenantPorts } from '../../hosts/sweep.ts'
import type { World } from './world.ts'

/** The answers of a tenant to the tenant's computer, over both families. */
async function talkBoth({ client, host }: World, port: number, text?: string): Promise<readonly string[]> {
  const kinds = [host.address4, host.address6].map((address) => memcacheTalk(client, address, port, text))
  return (await Promise.all(kinds)).map((each) => (each.kind === 'answer' ? each.text : each.kind))
}

/** The tenant's computer gets an answer from memcached. Over IPv4, because only that address is allowed. */
export async function expectAnswer(world: World, port: number): Promise<void> {
  const talk = await memcacheTalk(world.client, world.host.address4, port)
  expect(talk).toEqual({ kind: 'answer', text: expect.stringMatching(/^VERSION \d/) })
}

/** Packets to the tenant are lost: a refusal would tell that there is something. */
export async function expectSilence(world: World, port: number): Promise<void> {
  expect(await talkBoth(world, port)).toEqual(['timeout', 'timeout'])
}

/** One figure of memcached's own, as the tenant's computer reads it: `STAT limit_maxbytes 134217728`. */
export async function readStat(world: World, port: number, name: string): Promise<number> {
  const talk = await memcacheTalk(world.client, world.host.address4, port, 'stats\r\n')
  const found = talk.kind === 'answer' ? new RegExp(`^STAT ${name} (\\d+)`, 'm').exec(talk.text) : null
  return Number(found?.[1])
}

/** The port that a sandbox host gives out as the first, second, … one. */
export const portOf = (index: number): number => tenantPorts.from + index
