import { createRouterClient } from '@orpc/server'
import type { Client } from '../../../src/contract/router.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { router } from '../../../src/main/router.ts'
import type { MemoryHost } from '../../memory-host/memory-host.ts'
import type { MemoryPanel } from '../../memory-host/open-memory-panel.ts'

/** Troubles that hosts in memory can be brought into, in this order. */
const kinds = {
  faults: bringFaults,
  away: bringAway,
  damaged: bringDamage,
  'full-disk': fillDisk,
  'put-back': putBack,
  'other-servers': replaceServers,
} as const

export type TroubleWord = keyof typeof kinds

export const isTroubleWord = (word: string): word is TroubleWord => Object.hasOwn(kinds, word)

export const bringTrouble = (panel: MemoryPanel, word: TroubleWord): Promise<void> => kinds[word](panel)

interface Place {
  readonly client: Client
  readonly host: MemoryHost
  /** Those of the host that run and let somebody in. */
  readonly tenants: readonly Tenant[]
}

/** @param index of the host, from 0 */
async function findPlace(panel: MemoryPanel, index: number): Promise<Place> {
  const client = createRouterClient(router, { context: panel.context })
  const name = `memory${index + 1}`
  const host = [...panel.hosts.values()][index]
  if (host === undefined) throw new Error(`there is no ${name}`)
  const all = await client.tenant.list({ host: name })
  const tenants = all.filter(
    ({ state, allow, openToAnyone }) => state === 'running' && allow.length > 1 && !openToAnyone,
  )
  return { client, host, tenants }
}

/** Each fault of a tenant on the first host; on the second one Docker keeps no limits. */
async function bringFaults(panel: MemoryPanel): Promise<void> {
  const { host, tenants } = await findPlace(panel, 0)
  const { docker, helper } = host
  const [closed, joined, deaf, taken, several, crowded] = tenants
  if (!closed || !joined || !deaf || !taken || !several || !crowded)
    throw new Error('too few tenants run there')
  helper.unrecorded[closed.id] = [closed.allow[0]?.cidr ?? '']
  docker.join(joined.id, 'bridge')
  helper.troubles.heard.set(deaf.port ?? 0, ['0.0.0.0'])
  docker.end(taken.id, 0)
  helper.troubles.heard.set(taken.port ?? 0, ['0.0.0.0'])
  helper.troubles.programs = [{ address: '0.0.0.0', port: taken.port ?? 0, pid: 4242, program: 'python3' }]
  helper.unrecorded[several.id] = ['*']
  for (const network of ['bridge', 'shop_default']) docker.join(several.id, network)
  helper.troubles.heard.set(several.port ?? 0, [])
  host.crowd(crowded.id, crowded.maxConnections + 3)
  const second = [...panel.hosts.values()][1]
  if (second !== undefined) second.docker.keepsNoLimits = true
}

/** The third host does not answer, and access there was taken away since. */
async function bringAway(panel: MemoryPanel): Promise<void> {
  const { client, host, tenants } = await findPlace(panel, 2)
  const [revoked, suspended] = tenants
  if (!revoked || !suspended) throw new Error('too few tenants run there')
  host.mood = { kind: 'down' }
  const cidrs = revoked.allow.slice(0, 2).map(({ cidr }) => cidr)
  await client.tenant.revoke({ name: revoked.name, cidrs }).catch(() => {})
  await client.tenant.suspend({ name: suspended.name }).catch(() => {})
}

/** What the fourth host remembers cannot be read. */
async function bringDamage(panel: MemoryPanel): Promise<void> {
  const { host } = await findPlace(panel, 3)
  host.helper.troubles.damage = 'it is not JSON'
}

async function fillDisk(panel: MemoryPanel): Promise<void> {
  const { host } = await findPlace(panel, 0)
  host.helper.troubles.diskIsFull = true
}

/** The second host has again what it had before its last changes. */
async function putBack(panel: MemoryPanel): Promise<void> {
  const { client, host, tenants } = await findPlace(panel, 1)
  const [revoked, noted] = tenants
  const [entry] = revoked?.allow ?? []
  if (!revoked || !noted || !entry) throw new Error('too few tenants run there')
  const before = structuredClone(host.helper.state)
  await client.tenant.revoke({ name: revoked.name, cidrs: [entry.cidr] })
  await client.tenant.annotate({ name: noted.name, notes: 'Moved to the larger plan.' })
  Object.assign(host.helper.state, before)
}

/** The third host is another server than before, the fourth a copy of the first. */
async function replaceServers(panel: MemoryPanel): Promise<void> {
  const [first, , third, fourth] = [...panel.hosts.values()]
  if (!first || !third || !fourth) throw new Error('too few hosts')
  third.mood = { kind: 'well' }
  fourth.helper.troubles.damage = null
  third.helper.state.hostId = 'another-server'
  fourth.helper.state.hostId = first.helper.state.hostId
}
