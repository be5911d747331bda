import { neverConfirmed, type StoredHost } from '../../../src/main/adapters/store/hosts.ts'
import type { StoredOperation } from '../../../src/main/adapters/store/operations.ts'
import type { StoredTenant } from '../../../src/main/adapters/store/tenants.ts'

export function sampleHost(changes: Partial<StoredHost> = {}): StoredHost {
  return {
    id: 'host-1',
    name: 'tor',
    target: { kind: 'ssh', address: '203.0.113.10', user: 'operator', port: 22 },
    publicAddress: null,
    pins: { '203.0.113.10:22': 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU' },
    mode: 'filtered',
    modeReason: '',
    rangeFrom: 20_000,
    rangeTo: 29_999,
    isDefault: false,
    createdAt: '2026-11-22T10:02:53.123Z',
    ...neverConfirmed,
    ...changes,
  }
}

export function sampleTenant(number: number, changes: Partial<StoredTenant> = {}): StoredTenant {
  return {
    id: `tenant-${number}`,
    hostId: 'host-1',
    name: `tenant ${number}`,
    port: 20_000 + number,
    network: 1,
    memoryMb: 64,
    maxConnections: 1024,
    notes: '',
    tags: [],
    phase: 'present',
    open: true,
    revision: 1,
    createdAt: '2026-11-22T10:02:53.123Z',
    deletedAt: null,
    deletion: null,
    allow: [{ cidr: '198.51.100.7/32', label: 'office' }],
    ...changes,
  }
}

export function sampleOperation(changes: Partial<StoredOperation> = {}): StoredOperation {
  return {
    id: 'operation-1',
    kind: 'tenant create',
    hostId: 'host-1',
    tenantId: 'tenant-1',
    hostName: 'tor',
    tenantName: 'tenant 1',
    actor: 'ada (command line)',
    startedAt: '2026-11-22T10:02:53.123Z',
    finishedAt: null,
    outcome: 'running',
    problem: null,
    before: null,
    after: null,
    steps: [],
    ...changes,
  }
}
