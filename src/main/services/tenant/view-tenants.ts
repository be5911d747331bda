import type { Tenant } from '../../../contract/tenant.ts'
import { describeDoubt } from '../../../core/host/describe-server.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { listEndpointAddresses, loopbackAddresses } from '../../../domain/endpoint.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { type TenantSight, type TenantWork, viewTenant } from '../../../domain/tenant-view.ts'
import { withLimit } from '../../adapters/limit.ts'
import { findHost, type StoredHost } from '../../adapters/store/hosts.ts'
import { type LeftWork, listLeftWork } from '../../adapters/store/left-work.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, type StoredTenant } from '../../adapters/store/tenants.ts'
import { closeBeforeReading } from '../../reconcile/close-later.ts'
import { tryFollowPutBack } from '../../reconcile/put-back.ts'
import { readDoubt } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeAddressFacts } from '../host/observe-host.ts'
import { observeUnlimited } from '../host/observe-limits.ts'
import { sweepOrphans } from '../host/sweep-orphans.ts'
import { describePending, describeWork } from '../operation/describe-work.ts'
import { toProblem } from '../operation/to-problem.ts'
import { observeInTime } from './observe-in-time.ts'
import { observeContainers } from './observe-tenants.ts'

export interface ViewOptions {
  /** Whether the caller can answer PASSPHRASE_NEEDED; if not, the tenants of such a host are shown as unknown. */
  readonly mayAsk?: boolean | undefined
}

/** The given tenants of one host after one look at all of it. */
export async function viewTenants(
  context: ServiceContext,
  host: StoredHost,
  tenants: readonly StoredTenant[],
  { mayAsk = false }: ViewOptions = {},
): Promise<Tenant[]> {
  if (tenants.length === 0) return []
  const access = context.hosts.access(host)
  // Beside the look, so that a host that does not answer is not waited for twice.
  const closing = closeBeforeReading(context, access)
  let left: ReadonlyMap<string, LeftWork> = new Map()
  const readLeft = async (): Promise<void> => {
    await closing
    left = await context.store.read(listLeftWork)
  }
  const pendingOf = ({ id }: StoredTenant) => describePending(left.get(id)?.pending ?? [])
  const workOn = ({ id }: StoredTenant): TenantWork =>
    describeWork(context.running.isBusy(id), left.get(id)?.failure)
  try {
    const [observed, addresses] = await observeInTime(access, observeAddresses)
    await readLeft()
    const { records, containers, around } = observed
    await tryFollowPutBack(context, access, records)
    await sweepOrphans(context, access, observed)
    const { isPutBack, doubt } = await context.store.read((db) => ({
      isPutBack: putBackReader(db, host.id),
      doubt: readDoubt(db, host.id),
    }))
    const unseen = doubt === null ? null : describeDoubt(host.name, doubt).sentence
    return tenants.map((tenant) => {
      const { id } = tenant
      const container = containers.get(id) ?? null
      const sight: TenantSight =
        unseen === null
          ? {
              kind: 'seen',
              recorded: records.has(id),
              container,
              around,
              unrecorded: records.get(id)?.unrecorded,
            }
          : { kind: 'unreached', why: unseen }
      const work = workOn(tenant)
      return viewTenant(tenant, host.name, addresses, sight, work, pendingOf(tenant), isPutBack(id))
    })
  } catch (error) {
    if (mayAsk && isAnswerable(error)) throw error
    await readLeft()
    const sight: TenantSight = {
      kind: 'unreached',
      why: describeProblem(toProblem(context.log, error)).message,
    }
    const addresses = listAddresses(access)
    const isPutBack = await context.store.read((db) => putBackReader(db, host.id))
    return tenants.map((tenant) => {
      const work = workOn(tenant)
      return viewTenant(tenant, host.name, addresses, sight, work, pendingOf(tenant), isPutBack(tenant.id))
    })
  }
}

/**
 * One tenant right after the host confirmed a change of it: only its container is looked at. The change is done, so a
 * look that fails makes the state unknown and nothing else.
 */
export async function viewConfirmed(
  context: ServiceContext,
  access: HostAccess,
  tenantId: string,
  withinMs = access.timeLimits.lookMs,
): Promise<Tenant> {
  const tenant = await context.store.read((db) => findTenant(db, tenantId))
  if (tenant === undefined) throw new Error(`tenant ${tenantId} left the store while it was changed`)
  const { name } = access.host
  try {
    const limit = { host: name, action: 'look at its tenant', timeoutMs: withinMs }
    const [containers, addresses, unlimited] = await withLimit(limit, () =>
      Promise.all([observeContainers(access, tenantId), observeAddresses(access), observeUnlimited(access)]),
    )
    const container = containers.get(tenantId) ?? null
    const around = { listening: null, unlimited }
    const sight: TenantSight = { kind: 'seen', recorded: true, container, around }
    return viewTenant(tenant, name, addresses, sight)
  } catch (error) {
    const sight: TenantSight = {
      kind: 'unreached',
      why: describeProblem(toProblem(context.log, error)).message,
    }
    return viewTenant(tenant, name, listAddresses(access), sight)
  }
}

/** The addresses that tenants of a host are told, from what it says of itself. */
export async function observeAddresses(access: HostAccess): Promise<readonly string[]> {
  await observeAddressFacts(access)
  return listAddresses(access)
}

/** The same from what is known, so that they stay what they were while the host does not answer. */
export function listAddresses({ host, seen }: HostAccess): readonly string[] {
  if (host.mode === 'loopback') return loopbackAddresses
  return listEndpointAddresses(
    host.target,
    host.publicAddress,
    seen.dialled ?? null,
    seen.addressFacts ?? null,
  )
}

/** Whether a host that was put back has a tenant otherwise than this panel. */
function putBackReader(db: StoreDb, hostId: string): (tenantId: string) => boolean {
  const ids = new Set(findHost(db, hostId)?.putBack?.tenantIds ?? [])
  return (tenantId) => ids.has(tenantId)
}

function isAnswerable(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  const { code } = error.problem
  return code === 'PASSPHRASE_NEEDED' || code === 'PASSPHRASE_WRONG'
}
