import type { Client as PanelClient } from '../../../src/contract/router.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { readWork } from '../../main/panel.ts'
import type { Host } from '../host.ts'
import type { Running } from '../running.ts'
import type { Proof } from './proof.ts'
import { type Endpoint, getsIn, holdConnection, isAnswered, isCut, timesOut, type Visitor } from './talk.ts'
import type { World } from './world.ts'

/** A tenant with a port. */
export type ReachableTenant = Tenant & { readonly port: number }

/**
 * The main job through the router, as an operator does it, looked at from the clients: a server is connected and
 * prepared, a tenant made; who is on its allowlist gets in, nobody else does, and a change cuts live connections.
 */
export const proveMainJob = async (
  proof: Proof,
  panel: PanelClient,
  { host, first, second }: World,
  signal: AbortSignal,
): Promise<ReachableTenant> => {
  const one: Visitor = { name: 'client 1', client: first }
  const two: Visitor = { name: 'client 2', client: second }
  await connect(proof, panel, host)
  await prepare(proof, panel, host, signal)
  const tenant = await create(proof, panel, host, one, signal)
  const endpoints: readonly Endpoint[] = [
    { family: 'IPv4', address: host.address4, port: tenant.port },
    { family: 'IPv6', address: host.address6, port: tenant.port },
  ]

  proof.phase('Client 1 is on the allowlist, client 2 is not')
  await proof.show(...endpoints.map((endpoint) => getsIn(one, endpoint)))
  await proof.show(...endpoints.map((endpoint) => timesOut(two, endpoint)))

  proof.phase('Client 2 is allowed')
  await proof.need(`${tenant.name} allows client 2`, async () => {
    const entries = addressesOf(two).map((cidr) => ({ cidr, label: 'client 2' }))
    const { changed } = await panel.tenant.allow({ name: tenant.name, entries })
    return { value: changed, seen: changed.map(({ cidr }) => cidr).join(', ') }
  })
  await proof.show(...endpoints.map((endpoint) => getsIn(two, endpoint)))

  await revokeWhileConnected(proof, panel, tenant, endpoints, one, two)
  return tenant
}

const addressesOf = ({ client }: Visitor): readonly string[] => [client.address4, client.address6]

const connect = async (proof: Proof, panel: PanelClient, host: Host): Promise<void> => {
  proof.phase('A server is connected over SSH')
  await proof.need(`${host.user}@${host.address4} lets the panel in, its host key is pinned`, async () => {
    const { name, user, address4: address, identityFile, hostKeyFingerprint } = host
    const target = { kind: 'ssh', address, user, identityFile } as const
    const { host: added } = await panel.host.add({ name, target, hostKeys: [hostKeyFingerprint] })
    return { value: added, seen: hostKeyFingerprint }
  })
}

const prepare = async (proof: Proof, panel: PanelClient, host: Host, signal: AbortSignal): Promise<void> => {
  const { name, sudoPassword } = host
  proof.phase('The server is prepared; its sudo asks for a password')
  await proof.need('the plan is carried out', async () => {
    const { fingerprint, steps } = await panel.host.planPrepare({ name })
    const input = { name, fingerprint, confirmed: false, sudoPassword }
    const { result } = await readWork(panel.host.prepare(input, { signal }))
    const { from, to } = result.portRange
    return {
      value: result,
      seen: `${steps.map(({ kind }) => kind.replaceAll('-', ' ')).join(', ')}; ports ${from}-${to} are closed`,
    }
  })
  await proof.show({
    sentence: 'a second plan finds nothing left to do',
    look: async () => {
      const { steps } = await panel.host.planPrepare({ name })
      return { held: steps.length === 0, seen: steps.map(({ kind }) => kind).join(', ') || 'no steps' }
    },
  })
}

const create = (
  proof: Proof,
  panel: PanelClient,
  host: Host,
  visitor: Visitor,
  signal: AbortSignal,
): Promise<ReachableTenant> => {
  proof.phase('A tenant is created in one step')
  return proof.need(`tenant demo runs, allowed for ${visitor.name}`, async () => {
    const allow = addressesOf(visitor).map((cidr) => ({ cidr, label: visitor.name }))
    const input = { name: 'demo', host: host.name, allow }
    const { result } = await readWork(panel.tenant.create(input, { signal }))
    const { port } = result
    if (port === null || result.state !== 'running') throw new Error(`demo is ${result.state}: ${result.why}`)
    return { value: { ...result, port }, seen: renderEndpoints(result.addresses, port) }
  })
}

/** `198.51.100.2:20000 and [2001:db8::2]:20000` */
export const renderEndpoints = (addresses: readonly string[], port: number): string =>
  addresses
    .map((address) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`))
    .join(' and ')

const revokeWhileConnected = async (
  proof: Proof,
  panel: PanelClient,
  { name }: ReachableTenant,
  endpoints: readonly Endpoint[],
  leaving: Visitor,
  staying: Visitor,
): Promise<void> => {
  proof.phase('Client 1 is revoked while it is connected')
  const open: Running[] = []
  const holdAll = async (visitor: Visitor): Promise<readonly (Endpoint & { connection: Running })[]> => {
    const held = endpoints.map(async (endpoint) => {
      const connection = await holdConnection(visitor, endpoint)
      open.push(connection)
      return { ...endpoint, connection }
    })
    return Promise.all(held)
  }
  try {
    const held = await proof.need('both clients hold connections open over IPv4 and IPv6', async () => {
      const value = { leaving: await holdAll(leaving), staying: await holdAll(staying) }
      return { value, seen: `${open.length} connections, all answered` }
    })
    const begunAt = performance.now()
    await proof.need(`${name} revokes ${leaving.name}`, async () => {
      const { cut } = await panel.tenant.revoke({ name, cidrs: [...addressesOf(leaving)] })
      const sockets = cut.map(({ address, sockets }) => `${sockets} of ${address}`).join(', ')
      return { value: cut, seen: `connections cut: ${sockets || 'none'}` }
    })
    const cut = held.leaving.map(({ family, connection }) => ({
      sentence: `the connection that ${leaving.name} held over ${family} is cut`,
      begunAt,
      look: () => isCut(connection),
    }))
    const kept = held.staying.map(({ family, connection }) => ({
      sentence: `the connection that ${staying.name} holds over ${family} stays`,
      look: () => isAnswered(connection),
    }))
    await proof.show(...cut, ...kept)
  } finally {
    await Promise.all(open.map((connection) => connection.kill()))
  }
  await proof.show(...endpoints.map((endpoint) => timesOut(leaving, endpoint)))
  await proof.show(...endpoints.map((endpoint) => getsIn(staying, endpoint)))
}
