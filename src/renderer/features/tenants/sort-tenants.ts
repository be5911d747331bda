import type { Tenant, TenantState } from '../../../contract/tenant.ts'
import { needsCare, type TenantHealth, tenantHealthSchema } from '../../../contract/tenant-health.ts'
import { figuresIn, isSilent, type KnownFigures, type RecentFigures } from '../../rpc/figures-store.ts'
import type { ColumnId } from './columns.ts'

export interface Sorting {
  readonly column: ColumnId
  readonly descending: boolean
}

/** The order by state, upwards: what to look at first has the lowest ranks, also of those that run. */
const stateRank: Readonly<Record<TenantState, number>> = {
  failed: 0,
  stopped: 1,
  unknown: 3,
  creating: 4,
  deleting: 5,
  suspended: 6,
  running: 7,
}

/** Before all others whose container runs. */
const careRank = 2

function rankState({ state, health }: Tenant): number {
  const runs = state === 'running' || state === 'suspended'
  return runs && needsCare(health) ? careRank + rankHealth(health) / 100 : stateRank[state]
}

/** The worst first. */
const rankHealth = (health: TenantHealth): number => tenantHealthSchema.options.indexOf(health)

type Key = number | string | undefined

/** By what a column sorts; undefined where nothing is observed, which comes last both ways. */
function keyOf(tenant: Tenant, column: ColumnId, known: KnownFigures): Key {
  const figures = figuresIn(known)
  switch (column) {
    case 'name':
      return undefined
    case 'state':
      return rankState(tenant)
    case 'health':
      return rankHealth(tenant.health)
    case 'endpoint':
      return tenant.port === null
        ? undefined
        : `${tenant.addresses[0] ?? ''}\n${String(tenant.port).padStart(5, '0')}`
    case 'memory':
      return figures?.usedBytes
    case 'hitRatio': {
      const { hits = 0, misses = 0 } = figures?.lastMinute ?? {}
      return hits + misses === 0 ? undefined : hits / (hits + misses)
    }
    case 'connections':
      return known !== undefined && isSilent(known) ? known.held : figures?.connections
    case 'allowed':
      return tenant.openToAnyone ? Number.POSITIVE_INFINITY : tenant.allow.length
    case 'host':
      return tenant.host
    case 'tags':
      return tenant.tags.length === 0 ? undefined : tenant.tags.join('\n')
    case 'created':
      return tenant.createdAt
    case 'items':
      return figures?.items
    case 'evictions':
      return figures?.lastMinute && figures.lastMinute.evictions / figures.lastMinute.seconds
    case 'version':
      return figures?.version
    case 'uptime':
      return figures?.uptimeSeconds
    case 'notes':
      return tenant.notes === '' ? undefined : tenant.notes
  }
}

/** Whether the order depends on figures, and so changes with them. */
export function sortsByFigures(column: ColumnId): boolean {
  const empty = { id: '', usedBytes: 1, connections: 1 }
  const lastMinute = { seconds: 60, hits: 1, misses: 1, evictions: 1 }
  const figures = { ...empty, lastMinute, items: 1, version: '1', uptimeSeconds: 1 } as RecentFigures
  const tenant = { ...noTenant }
  return keyOf(tenant, column, figures) !== keyOf(tenant, column, undefined)
}

const noTenant: Tenant = {
  ...{ id: '', name: '', host: '', port: null, addresses: [], state: 'unknown', health: 'unknown', why: '' },
  ...{
    suspended: false,
    faults: [],
    leftover: null,
    memoryMb: 0,
    maxConnections: 0,
    usableConnections: 0,
    allow: [],
    openToAnyone: false,
    pending: [],
    notes: '',
    tags: [],
    createdAt: '',
  },
}

/**
 * @param tenants by name, as live state has them, which is also the order of those that are alike
 * @returns by the column; a new array, or the same one where nothing has to move
 */
export function sortTenants(
  tenants: readonly Tenant[],
  { column, descending }: Sorting,
  figuresOf: (id: string) => KnownFigures,
): readonly Tenant[] {
  if (column === 'name') return descending ? tenants.toReversed() : tenants
  const keyed = tenants.map((tenant, place) => ({
    tenant,
    place,
    key: keyOf(tenant, column, figuresOf(tenant.id)),
  }))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === b.key) return a.place - b.place
    if (a.key === undefined) return 1
    if (b.key === undefined) return -1
    return a.key < b.key ? -sign : sign
  })
  return keyed.map(({ tenant }) => tenant)
}
