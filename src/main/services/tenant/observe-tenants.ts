import { tenantLabel } from '../../../domain/host-names.ts'
import type { ObservedTenant } from '../../../domain/tenant-plan.ts'
import type { SeenContainer } from '../../../domain/tenant-view.ts'
import type { HostAccess } from '../host/host-pool.ts'
import type { LedgerRecord } from './ledger.ts'

/** Everything of ours that a host has, by tenant id: what it remembers and what Docker runs. */
export interface ObservedTenants {
  readonly records: ReadonlyMap<string, LedgerRecord>
  readonly containers: ReadonlyMap<string, SeenContainer>
}

/** One look at a whole host: two calls side by side, however many tenants it has. */
export async function observeTenants(access: HostAccess): Promise<ObservedTenants> {
  const [records, containers] = await Promise.all([access.ledger.observe(), observeContainers(access)])
  return { records: new Map(records.map((record) => [record.id, record])), containers }
}

/** Tenants' containers by tenant id; those of one tenant if an id is given. */
export async function observeContainers(
  access: HostAccess,
  tenantId?: string,
): Promise<Map<string, SeenContainer>> {
  const label = tenantId === undefined ? tenantLabel : `${tenantLabel}=${tenantId}`
  const filters = JSON.stringify({ label: [label] })
  const listed = await access.docker.call('list the containers', (docker) =>
    docker.listContainers({ all: true, filters }),
  )
  return new Map(
    listed.map(({ Labels, State, Status }) => [Labels[tenantLabel] ?? '', { state: State, status: Status }]),
  )
}

/** One tenant out of such a look. */
export function pickObserved({ records, containers }: ObservedTenants, tenantId: string): ObservedTenant {
  const container = containers.get(tenantId)
  return {
    record: records.get(tenantId) ?? null,
    container: container === undefined ? null : { running: container.state === 'running' },
  }
}
