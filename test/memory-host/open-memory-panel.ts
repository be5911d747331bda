import { type Composed, type ComposeOptions, compose } from '../../src/main/compose.ts'
import { createMemoryHost, type MemoryHost } from './memory-host.ts'
import { fateOf, seededHosts, seedTenants } from './seed-tenants.ts'

/** The whole program on a seeded store, with hosts that are only in memory. */
export interface MemoryPanel extends Composed {
  /** By the name of the host: `fra1`, `nyc1`, `sgp1`, `tor1`. */
  readonly hosts: ReadonlyMap<string, MemoryHost>
}

/**
 * @param dataDir an empty folder that nobody else uses
 * @param options what only tests compose in: time limits that differ from the usual ones, points to fail at
 */
export async function openMemoryPanel({
  dataDir,
  tenants: count,
  ...options
}: {
  readonly dataDir: string
  readonly tenants: number
} & Pick<ComposeOptions, 'timeLimits' | 'atPoint'>): Promise<MemoryPanel> {
  const hosts = new Map(
    seededHosts.map(({ name, address }) => [name as string, createMemoryHost(name, address)]),
  )
  const names = new Map<string, string>()
  const composed = await composeOver(hosts, names, dataDir, options)
  const seeded = await seedTenants(composed.context.services.store, count)
  for (const host of seeded.hosts) {
    names.set(host.id, host.name)
    const own = seeded.tenants.filter(({ hostId }) => hostId === host.id)
    hosts.get(host.name)?.fill(own, (tenant) => {
      const fate = fateOf(tenant)
      return fate === 'failed' ? 'lost' : fate === 'stopped' ? 'exited' : 'running'
    })
  }
  return { ...composed, hosts }
}

/** The program once more, on the store and with the hosts of one that was closed. */
export async function reopenMemoryPanel(
  { hosts }: Pick<MemoryPanel, 'hosts'>,
  { dataDir, ...options }: { readonly dataDir: string } & Pick<ComposeOptions, 'timeLimits' | 'atPoint'>,
): Promise<MemoryPanel> {
  return { ...(await composeOver(hosts, new Map(), dataDir, options)), hosts }
}

/** @param names what hosts were called at first, by id */
function composeOver(
  hosts: MemoryPanel['hosts'],
  names: ReadonlyMap<string, string>,
  dataDir: string,
  options: ComposeOptions,
): Promise<Composed> {
  return compose(dataDir, {
    ...options,
    openAccess(tools, host) {
      const memory = hosts.get(names.get(host.id) ?? host.name)
      if (memory === undefined) throw new Error(`${host.name} is no host in memory`)
      return memory.open(host, tools.timeLimits)
    },
  })
}
