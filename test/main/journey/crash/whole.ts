import { expect } from 'vitest'
import type { Tenant } from '../../../../src/contract/tenant.ts'
import { until } from '../../../hosts/condition.ts'
import type { Host } from '../../../hosts/host.ts'
import type { Panel } from '../../panel.ts'
import { queryStore } from '../../world-state.ts'
import { lookAtHost, talkInside } from './host-look.ts'

/** Container limit for a cache of m MiB, as was measured to hold under fill: m + m/6 + 16. */
const limitBytes = (memoryMb: number): number => (memoryMb + Math.ceil(memoryMb / 6) + 16) * 2 ** 20

/** `203.0.113.7/32` as `ipset save` prints it. */
const withoutWholeLength = (cidr: string): string => cidr.replace(/^([^:]*)\/32$|^(.*:.*)\/128$/, '$1$2')

const entriesOf = ({ state, allow, port }: Tenant): string[] => {
  if (state === 'suspended') return []
  const nets = allow.map(
    ({ cidr }) => `${cidr.includes(':') ? 'mh6' : 'mh4'} ${withoutWholeLength(cidr)},tcp:${port}`,
  )
  return [`mhp ${port}`, ...nets]
}

const optionOf = (command: readonly string[], name: string): number =>
  Number(command[command.indexOf(name) + 1])

const unfinished =
  "select id from tenants where phase not in ('present', 'deleted') union all select id from operations where outcome = 'running'"

/** Whenever its container starts again, no tenant is given more than the container may take. */
export const expectStartsFit = async (host: Host): Promise<void> => {
  const { containers, starts } = await lookAtHost(host)
  for (const { Config, HostConfig } of containers) {
    const id = Config.Labels['io.memharbor.tenant'] ?? ''
    expect({ id, starts: starts[id] }).toEqual({ id, starts: expect.any(Number) })
    expect(HostConfig.Memory).toBeGreaterThanOrEqual(limitBytes(starts[id] ?? Number.NaN))
  }
}

/** Recovery goes on beside other work: waits until nothing is unfinished. */
export const awaitSettled = (panel: Panel): Promise<void> =>
  until('nothing is unfinished', async () => (await queryStore(panel, unfinished)).length === 0, 30_000)

/**
 * Holds the host against the store: exactly the store's tenants are there, each of them whole, and exactly its allowed
 * addresses get in. Returns the tenants.
 */
export const expectWhole = async (panel: Panel, host: Host): Promise<Tenant[]> => {
  const [tenants, look, left] = await Promise.all([
    panel.client.tenant.list({}),
    lookAtHost(host),
    queryStore(panel, unfinished),
  ])
  expect(left).toEqual([])
  const byId = <Thing>(pairs: readonly (readonly [string, Thing])[]) => Object.fromEntries([...pairs].sort())
  expect(
    byId(
      look.containers.map(({ Name, State, Config, HostConfig }) => [
        Name,
        {
          running: State.Running,
          label: `/memharbor-${Config.Labels['io.memharbor.tenant']}`,
          ports: HostConfig.PortBindings['11211/tcp']?.map(({ HostPort }) => HostPort),
          limit: HostConfig.Memory,
          maxConnections: optionOf(Config.Cmd, '-c'),
        },
      ]),
    ),
  ).toEqual(
    byId(
      tenants.map(({ id, port, memoryMb, maxConnections }) => [
        `/memharbor-${id}`,
        {
          running: true,
          label: `/memharbor-${id}`,
          ports: [String(port), String(port)],
          limit: limitBytes(memoryMb),
          maxConnections,
        },
      ]),
    ),
  )
  expect(look.records).toEqual(
    byId(
      tenants.map(({ id, name, port, state, memoryMb, maxConnections, notes, tags, allow }) => {
        const open = state === 'running'
        return [id, { name, port, open, memoryMb, maxConnections, notes, tags, allow }]
      }),
    ),
  )
  expect(look.starts).toEqual(byId(tenants.map(({ id, memoryMb }) => [id, memoryMb])))
  expect(look.entries).toEqual(tenants.flatMap(entriesOf).sort())
  await Promise.all(
    tenants.map(async ({ port, memoryMb, state, name }) => {
      const stats = port === null ? '' : await talkInside(host, port, 'stats')
      const limit = Number(/limit_maxbytes (\d+)/.exec(stats)?.[1])
      expect({ name, limit, state }).toEqual({
        ...{ name, limit: memoryMb * 2 ** 20 },
        state: expect.stringMatching(/^(running|suspended)$/),
      })
    }),
  )
  return tenants
}
