import type { Tenant, TenantFigures, TenantState } from '../../../contract/tenant.ts'
import type { ColumnId } from './columns.ts'

export interface Sorting {
  readonly column: ColumnId
  readonly descending: boolean
}

/** The order by state, upwards: the states to look at first have the lowest ranks. */
const stateRank: Readonly<Record<TenantState, number>> = {
  failed: 0,
  stopped: 1,
  unknown: 2,
  creating: 3,
  deleting: 4,
  suspended: 5,
  running: 6,
}

type Key = number | string | undefined

/** By what a column sorts; undefined where nothing is observed, which comes last both ways. */
function keyOf(tenant: Tenant, column: ColumnId, figures: TenantFigures | undefined): Key {
  switch (column) {
    case 'name':
      return undefined
    case 'state':
      return stateRank[tenant.state]
    case 'endpoint':
      return tenant.port === null
        ? undefined
        : `${tenant.addresses[0] ?? ''}\n${String(tenant.port).padStart(5, '0')}`
    case 'memory':
      return figures?.usedBytes
    case 'hitRatio': {
      const gets = (figures?.getHits ?? 0) + (figures?.getMisses ?? 0)
      return figures === undefined || gets === 0 ? undefined : figures.getHits / gets
    }
    case 'connections':
      return figures?.connections
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
      return figures?.evictions
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
  const empty = { id: '', usedBytes: 1, connections: 1, getHits: 1, getMisses: 1 }
  const figures = { ...empty, items: 1, evictions: 1, version: '1', uptimeSeconds: 1 } as TenantFigures
  const tenant = { ...noTenant }
  return keyOf(tenant, column, figures) !== keyOf(tenant, column, undefined)
}

const noTenant: Tenant = {
  ...{ id: '', name: '', host: '', port: null, addresses: [], state: 'unknown', why: '' },
  ...{
    faults: [],
    leftover: null,
    memoryMb: 0,
    maxConnections: 0,
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
  figuresOf: (id: string) => TenantFigures | undefined,
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
