import type { AllowEntry } from '../../../src/contract/allowlist.ts'
import type { AllowlistChange, Tenant, TenantFigures } from '../../../src/contract/tenant.ts'

/** A tenant that runs, with what a test says about it. */
export const tenantOf = (more: Partial<Tenant> = {}): Tenant => ({
  ...{ id: 't1', name: 'acme', host: 'web-1', port: 20_000, addresses: ['203.0.113.7'] },
  ...{
    state: 'running',
    suspended: more.state === 'suspended',
    health: 'ok',
    why: '',
    faults: [],
    leftover: null,
    memoryMb: 64,
    maxConnections: 1024,
  },
  usableConnections: 1024,
  ...{
    allow: [{ cidr: '198.51.100.0/24', label: 'office' }],
    openToAnyone: false,
    pending: [],
    notes: '',
    tags: [],
  },
  createdAt: '2026-11-02T10:00:00.000Z',
  ...more,
})

/** A change that left the given list and touched the given entries. */
export const changeOf = (allow: AllowEntry[], changed: AllowEntry[]): AllowlistChange => ({
  tenant: { ...tenantOf({ allow }), metrics: null },
  changed,
  allowNotes: [],
  strays: [],
  staysInside: { cidrs: [], sentence: '' },
  cut: [],
})

/** Figures of a look at a cache, some seconds after 10:00. */
export const figuresOf = (seconds: number, more: Partial<TenantFigures> = {}): TenantFigures => ({
  ...{ id: 't1', observedAt: new Date(Date.UTC(2026, 10, 2, 10, 0, seconds)).toISOString() },
  ...{ usedBytes: 1000, limitBytes: 64 * 2 ** 20, items: 10, connections: 3, version: '1.6.18' },
  ...{ getHits: 0, getMisses: 0, evictions: 0, uptimeSeconds: 100 + seconds },
  ...more,
})
