import type { Tenant, TenantFigures } from '../../../src/contract/tenant.ts'

/** A tenant that runs, but for what is given. */
export function makeTenant(part: Partial<Tenant> & { readonly id: string }): Tenant {
  return {
    name: part.id,
    host: 'fra1',
    port: 20_000,
    addresses: ['203.0.113.7'],
    state: 'running',
    suspended: part.state === 'suspended',
    health: 'ok',
    why: '',
    faults: [],
    leftover: null,
    memoryMb: 64,
    maxConnections: 1024,
    usableConnections: 1024,
    allow: [],
    openToAnyone: false,
    pending: [],
    notes: '',
    tags: [],
    createdAt: '2026-03-01T12:00:00.000Z',
    ...part,
  }
}

export function makeFigures(part: Partial<TenantFigures> & { readonly id: string }): TenantFigures {
  return {
    observedAt: '2026-11-22T13:00:00.000Z',
    usedBytes: 2 ** 20,
    limitBytes: 64 * 2 ** 20,
    items: 10,
    connections: 4,
    getHits: 90,
    getMisses: 10,
    evictions: 0,
    uptimeSeconds: 3600,
    version: '1.6.45',
    ...part,
  }
}
