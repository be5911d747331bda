import { nameOf } from '../../../core/tenant/carrier.ts'
import { listOtherNetworks } from '../../../core/tenant/other-networks.ts'
import { toContainerFacts } from '../../../domain/container-facts.ts'
import { containerName, tenantLabel } from '../../../domain/host-names.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { SeenContainer } from '../../../domain/seen-container.ts'
import type { Surroundings } from '../../../domain/tenant-faults.ts'
import type { ObservedTenant } from '../../../domain/tenant-plan.ts'
import { containerAnswer, containersAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { largestAnswer } from '../../adapters/docker/docker.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import type { HostAccess } from '../host/host-pool.ts'
import type { LedgerRecord } from './ledger.ts'
import { type ListedCarrier, sortListed } from './sort-listed.ts'

const megabyte = 2 ** 20

/** Everything of ours that a host has, by tenant id: what it remembers and what Docker runs. */
export interface ObservedTenants {
  readonly records: ReadonlyMap<string, LedgerRecord>
  readonly containers: ReadonlyMap<string, SeenContainer>
}

/** The same, with what was seen around the containers. */
export interface SeenTenants extends ObservedTenants {
  readonly around: Surroundings
}

/** What Docker runs of tenants, and what only carries their labels. */
export interface SeenCarriers {
  readonly containers: ObservedTenants['containers']
  readonly copies: ReadonlyMap<string, readonly string[]>
}

/** Records and containers of a whole host: two calls side by side, however many tenants it has. */
export async function observeTenants(access: HostAccess): Promise<ObservedTenants> {
  const [records, containers] = await Promise.all([observeRecords(access), observeContainers(access)])
  return { records, containers }
}

/** The host's records of its tenants, by tenant id. */
export async function observeRecords(access: HostAccess): Promise<Map<string, LedgerRecord>> {
  const records = await access.ledger.observe()
  return new Map(records.map((record) => [record.id, record]))
}

/** Tenants' containers by tenant id; those of one tenant if an id is given. */
export async function observeContainers(
  access: HostAccess,
  tenantId?: string,
): Promise<ReadonlyMap<string, SeenContainer>> {
  return (await observeCarriers(access, tenantId)).containers
}

/** The same, with the names of the containers that carry a tenant's label and are not its own, by the tenant's id. */
export async function observeCarriers(access: HostAccess, tenantId?: string): Promise<SeenCarriers> {
  const label = tenantId === undefined ? tenantLabel : `${tenantLabel}=${tenantId}`
  const filters = JSON.stringify({ label: [label] })
  const listed = await access.docker.call(
    'list the containers',
    async (docker) => readAnswer(containersAnswer, await docker.listContainers({ all: true, filters })),
    { mostBytes: largestAnswer },
  )
  const { named, renamed, copies } = await sortListed(access, listed)
  return {
    containers: new Map([
      ...named.map((each) => [each.tenantId, see(each)] as const),
      ...renamed.map((each) => [each.tenantId, { ...see(each), renamed: nameOf(each) }] as const),
    ]),
    copies: groupNames(copies),
  }
}

const see = ({ State, Status, NetworkSettings }: ListedCarrier): SeenContainer => ({
  state: State,
  status: Status,
  otherNetworks: listOtherNetworks(NetworkSettings),
})

function groupNames(carriers: readonly ListedCarrier[]): SeenCarriers['copies'] {
  const names = new Map<string, string[]>()
  for (const each of carriers) {
    const known = names.get(each.tenantId)
    if (known === undefined) names.set(each.tenantId, [nameOf(each)])
    else known.push(nameOf(each))
  }
  return names
}

/** One tenant with everything that plans need. */
export async function observeTenant(access: HostAccess, tenantId: string): Promise<ObservedTenant> {
  const [record, inspected] = await Promise.all([
    findRecord(access, tenantId),
    access.docker.call(
      'look at the container',
      async (docker) =>
        readAnswer(containerAnswer, await docker.getContainer(containerName(tenantId)).inspect()),
      {
        expected: [404],
      },
    ),
  ])
  if (inspected === undefined) return { record, container: null }
  const port = toContainerFacts(inspected, null).port
  const cacheMb = inspected.State.Running && port !== null ? await observeCacheMb(access, port) : null
  return { record, container: toContainerFacts(inspected, cacheMb) }
}

async function findRecord(access: HostAccess, tenantId: string): Promise<LedgerRecord | null> {
  const records = await access.ledger.observe(tenantId)
  return records.find(({ id }) => id === tenantId) ?? null
}

/** Memory that memcached may use; null when it does not answer, because it starts or has no free connection. */
async function observeCacheMb(access: HostAccess, port: number): Promise<number | null> {
  try {
    const { limit_maxbytes: bytes } = await askStats(access.link, port)
    return bytes === undefined ? null : Math.round(Number(bytes) / megabyte)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'PORT_UNREACHABLE') return null
    throw error
  }
}
