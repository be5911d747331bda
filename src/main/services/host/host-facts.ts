import type { HostFacts } from '../../../contract/host.ts'
import {
  countMemory,
  countPorts,
  countTenants,
  describeLink,
  type HostRecord,
  listVersions,
} from '../../../domain/host-facts.ts'
import { observeHostFacts } from '../../adapters/netfilter/host-facts.ts'
import { bundledHelper } from '../../adapters/prepare/bundled-helper.ts'
import { listReleasedPorts } from '../../adapters/store/released-ports.ts'
import { listTenants } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { keptBackMs } from '../tenant/loopback-ledger.ts'
import { observeContainers } from '../tenant/observe-tenants.ts'
import { requireHost } from './find-host.ts'
import type { HostAccess } from './host-pool.ts'
import { observeDocker } from './observe-docker.ts'
import { attempt } from './observe-host.ts'

/**
 * The state of a host now: its memory, ports, tenants and versions. Facts that it does not give are null or left out;
 * those that only its helper remembers are then the store's.
 * @throws ProblemError NOT_FOUND, and what connecting throws
 */
export async function showHostFacts(context: ServiceContext, { name }: { name: string }): Promise<HostFacts> {
  const host = await context.store.read((db) => requireHost(db, name))
  const access = context.hosts.access(host)
  const { link, seen } = access
  await link.connect().catch((error: unknown) => {
    // As for a check: a socket that does not answer is Docker's matter, and the rest can be told.
    if (link.info().kind === 'ssh') throw error
  })
  const [facts, docker, containers, record] = await Promise.all([
    attempt(observeHostFacts(link, host.name)),
    attempt(observeDocker(access)),
    attempt(observeContainers(access)),
    recallTenants(context, access),
  ])
  return {
    observedAt: context.now().toISOString(),
    memory: countMemory(record, facts, docker),
    ports: countPorts(record),
    tenants: countTenants(record, containers),
    versions: listVersions(facts, docker, bundledHelper.version),
    connection: describeLink(link.info(), seen.jumps ?? []),
  }
}

/** The helper's state, which knows the tenants of other panels too; else what the store knows. */
async function recallTenants(context: ServiceContext, { host, helper }: HostAccess): Promise<HostRecord> {
  const since = new Date(context.now().getTime() - keptBackMs).toISOString()
  const observed =
    host.mode === 'filtered' ? await attempt(helper.request<'observe'>({ op: 'observe' })) : null
  if (observed?.kind === 'ok' && observed.value.state !== null) {
    const { range, reservedMb, tenants, released } = observed.value.state
    const resting = released.filter(({ at }) => Date.parse(at) >= Date.parse(since)).map(({ port }) => port)
    return { range, reservedMb, tenants: Object.values(tenants), released: resting }
  }
  return context.store.read((db) => ({
    range: { from: host.rangeFrom, to: host.rangeTo },
    tenants: listTenants(db, { hostId: host.id }),
    released: listReleasedPorts(db, host.id, since).map(({ port }) => port),
    reservedMb: null,
  }))
}
