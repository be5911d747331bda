import { nameOf, renderRename } from '../../../core/tenant/carrier.ts'
import { listOtherNetworks } from '../../../core/tenant/other-networks.ts'
import { toContainerFacts } from '../../../domain/container-facts.ts'
import { containerName, foreignSchema, readSchema, tenantLabel } from '../../../domain/host-names.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import type { SeenContainer } from '../../../domain/seen-container.ts'
import type { Surroundings } from '../../../domain/tenant-faults.ts'
import type { ObservedTenant } from '../../../domain/tenant-plan.ts'
import { containerAnswer, containerEntry, labelsAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { inPieces } from '../../adapters/docker/docker.ts'
import { readList } from '../../adapters/docker/read-list.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import type { HostAccess } from '../host/host-pool.ts'
import type { LedgerRecord } from './ledger.ts'
import { observeMade, observeMaking, type SeenMade } from './observe-made.ts'
import { observeNewest } from './observe-start.ts'
import { observeOwnNetworks } from './observe-ways.ts'
import { type ListedCarrier, type SortedListed, sortListed } from './sort-listed.ts'

const megabyte = 2 ** 20

const looking = 'look at the container'

/** Everything of ours that a host has, by tenant id: what it remembers and what Docker runs. */
export interface ObservedTenants {
  readonly records: ReadonlyMap<string, LedgerRecord>
  readonly containers: ReadonlyMap<string, SeenContainer>
}

/** The same, with what was seen around the containers. */
export interface SeenTenants extends ObservedTenants {
  readonly around: Surroundings
}

/** Containers that Docker runs of tenants, and others that only carry their labels. */
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
  const { named, renamed } = await listCarriers(access, tenantId)
  return toContainers(named, renamed)
}

/**
 * The same for people: with how they were made, as far as that was looked at, and with the names of the containers that
 * carry a tenant's label and are not its own, by the tenant's id.
 */
export async function observeCarriers(access: HostAccess, tenantId?: string): Promise<SeenCarriers> {
  const { named, renamed, copies } = await listCarriers(access, tenantId)
  const listed = [...named, ...renamed]
  const networks = listed.flatMap(({ NetworkSettings }) => NetworkSettings)
  const [made, isOurs] = await Promise.all([
    observeMade(access, listed),
    observeOwnNetworks(access, networks).catch(toUnknown),
  ])
  return { containers: toContainers(named, renamed, made, isOurs), copies: groupNames(copies) }
}

async function listCarriers(access: HostAccess, tenantId: string | undefined): Promise<SortedListed> {
  const label = tenantId === undefined ? tenantLabel : `${tenantLabel}=${tenantId}`
  const listed = await access.docker.call(
    'list the containers',
    (docker) => readList(docker, { path: '/containers/json', filters: { label: [label] } }, containerEntry),
    { bounds: inPieces },
  )
  return sortListed(access, listed)
}

/** Then names of networks decide. */
function toUnknown(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error
}

/**
 * @param made how they were made, by their ids
 * @param isOurs whether a network is one that the filter guards
 */
function toContainers(
  named: readonly ListedCarrier[],
  renamed: readonly ListedCarrier[],
  made?: ReadonlyMap<string, SeenMade>,
  isOurs?: (name: string) => boolean,
): Map<string, SeenContainer> {
  const see = ({ Id, State, Status, NetworkSettings }: ListedCarrier): SeenContainer => ({
    ...{ state: State, status: Status, otherNetworks: listOtherNetworks(NetworkSettings, isOurs) },
    changed: made?.get(Id)?.parts,
    descriptors: made?.get(Id)?.descriptors,
    startsMb: made?.get(Id)?.startsMb,
    ended: made?.get(Id)?.ended,
  })
  return new Map([
    ...named.map((each) => [each.tenantId, see(each)] as const),
    ...renamed.map((each) => [each.tenantId, { ...see(each), renamed: nameOf(each) }] as const),
  ])
}

function groupNames(carriers: readonly ListedCarrier[]): SeenCarriers['copies'] {
  const names = new Map<string, string[]>()
  for (const each of carriers) {
    const known = names.get(each.tenantId)
    if (known === undefined) names.set(each.tenantId, [nameOf(each)])
    else known.push(nameOf(each))
  }
  return names
}

/**
 * A tenant's container that is not there under its name may be there under another, with its cache: then it must not count
 * as gone, and no second one be made.
 * @param action as problems name it: an infinitive
 * @throws ProblemError DOCKER_FAILED where it was renamed
 */
export async function requireNotRenamed(access: HostAccess, tenantId: string, action: string): Promise<void> {
  const name = (await observeContainers(access, tenantId)).get(tenantId)?.renamed
  if (name === undefined) return
  const reason = `it was renamed to ${name}; ${renderRename(name, containerName(tenantId))} there mends that`
  fail({ code: 'DOCKER_FAILED', details: { host: access.host.name, action, reason } })
}

/**
 * The name of a tenant's container may be that of another container now, which is not to be touched.
 * @param action as problems name it: an infinitive
 * @throws ProblemError DOCKER_FAILED where it has not the tenant's label
 */
export async function requireOwnName(access: HostAccess, tenantId: string, action: string): Promise<void> {
  const labels = await access.docker.call(
    action,
    async (docker) =>
      readAnswer(labelsAnswer, await docker.getContainer(containerName(tenantId)).inspect()).Config.Labels ??
      {},
    { expected: [404] },
  )
  if (labels !== undefined && labels[tenantLabel] !== tenantId) failTaken(access, tenantId, action)
}

function failTaken({ host }: HostAccess, tenantId: string, action: string): never {
  const reason = `${containerName(tenantId)} is another container than this tenant's; rename that on the host first`
  return fail({ code: 'DOCKER_FAILED', details: { host: host.name, action, reason } })
}

/**
 * One tenant with everything that plans need.
 * @param mayHang whether a memcached that does not answer in time counts as one that was not asked
 * @throws ProblemError DOCKER_FAILED where its container was renamed, or another one has its name; TIMED_OUT
 */
export async function observeTenant(
  access: HostAccess,
  tenantId: string,
  { mayHang = false } = {},
): Promise<ObservedTenant> {
  const [record, inspected] = await Promise.all([
    findRecord(access, tenantId),
    access.docker.call(
      looking,
      async (docker) =>
        readAnswer(containerAnswer, await docker.getContainer(containerName(tenantId)).inspect()),
      { expected: [404] },
    ),
  ])
  const port = inspected === undefined ? null : toContainerFacts(inspected, null).port
  if (inspected === undefined || (record !== null && port !== record.port))
    await requireNotRenamed(access, tenantId, looking)
  if (inspected === undefined) return { record, container: null }
  if (inspected.Config.Labels?.[tenantLabel] !== tenantId) failTaken(access, tenantId, looking)
  const [cacheMb, making, newest] = await Promise.all([
    inspected.State.Running && port !== null ? observeCacheMb(access, port, mayHang) : null,
    observeMaking(access, inspected.Id).catch(() => undefined),
    observeNewest(access, readSchema(inspected.Config.Labels)),
  ])
  const isOurs = making === undefined || making.parts.length === 0
  const facts = toContainerFacts(inspected, cacheMb, newest)
  return { record, container: isOurs ? facts : { ...facts, schema: foreignSchema } }
}

async function findRecord(access: HostAccess, tenantId: string): Promise<LedgerRecord | null> {
  const records = await access.ledger.observe(tenantId)
  return records.find(({ id }) => id === tenantId) ?? null
}

/** Memory that memcached may use; null when it does not answer, because it starts or has no free connection. */
async function observeCacheMb(access: HostAccess, port: number, mayHang: boolean): Promise<number | null> {
  try {
    const { limit_maxbytes: bytes } = await askStats(access.link, port)
    return bytes === undefined ? null : Math.round(Number(bytes) / megabyte)
  } catch (error) {
    const silences = ['PORT_UNREACHABLE', 'CONNECTIONS_TAKEN', ...(mayHang ? ['TIMED_OUT'] : [])]
    if (error instanceof ProblemError && silences.includes(error.problem.code)) return null
    throw error
  }
}
