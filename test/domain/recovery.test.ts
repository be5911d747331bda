import { describe, expect, it } from 'vitest'
import { judgeCutOff } from '../../src/domain/recovery.ts'
import type { ContainerFacts, DesiredTenant, TenantRecord } from '../../src/domain/tenant-plan.ts'

const desired: DesiredTenant = {
  ...{ id: 'a1b2c3d4e5f6', name: 'acme', present: true, open: true, port: 20_000, memoryMb: 64 },
  ...{ maxConnections: 1024, image: null, notes: '', tags: [], createdAt: '2026-11-22T10:00:00.000Z' },
  allow: [{ cidr: '203.0.113.7/32', label: '' }],
}
const { name, open, memoryMb, maxConnections, notes, tags, allow } = desired
const record: TenantRecord = {
  ...{ name, open, memoryMb, maxConnections, notes, tags, allow },
  ...{ port: 20_000, network: 1, revision: 9 },
}
const container: ContainerFacts = {
  ...{ running: true, port: 20_000, commandMemoryMb: 64, memoryMb: 64, cacheMb: 64, maxConnections },
  ...{ image: 'sha256:1', givesBack: false, schema: 2, newest: 4 },
}
const reserved = { ...record, open: false, allow: [], revision: 7 }

describe('what becomes of a tenant that was cut off', () => {
  it.each([
    ['a create of which the host knows nothing', 'creating', 0, null, null, 'undo'],
    ['a create with a port', 'creating', 7, reserved, null, 'undo'],
    ['a create with a port that was not saved', 'creating', 0, reserved, null, 'undo'],
    ['a create without a container yet', 'creating', 7, record, null, 'undo'],
    [
      'a create with a container that does not run',
      'creating',
      7,
      record,
      { ...container, running: false },
      'undo',
    ],
    ['a create that lacks its confirmation only', 'creating', 7, record, container, 'finish'],
    ['a create that was changed since', 'creating', 7, { ...record, notes: 'new' }, container, 'follow'],
    ['a create that was suspended since', 'creating', 7, { ...record, open: false }, container, 'follow'],
    ['a delete', 'deleting', 7, { ...record, notes: 'new' }, container, 'finish'],
    ['a change that the host has not had', 'present', 9, { ...record, memoryMb: 32 }, container, 'finish'],
    ['a change that the host has had', 'present', 8, record, container, 'finish'],
    ['a change that another one followed', 'present', 8, { ...record, notes: 'new' }, container, 'follow'],
    ['a change of a tenant that the host has lost', 'present', 8, null, container, 'finish'],
  ] as const)('%s', (_, phase, revision, seenRecord, seenContainer, kind) => {
    const seen = { record: seenRecord, container: seenContainer }
    expect(judgeCutOff({ phase, revision, desired, failed: false }, seen).kind).toBe(kind)
  })

  it('a create that was told to have failed goes, even if all of it is there', () => {
    const cutOff = { phase: 'creating', revision: 7, desired, failed: true } as const
    expect(judgeCutOff(cutOff, { record, container })).toEqual({ kind: 'undo' })
    const changed = { ...record, notes: 'new' }
    expect(judgeCutOff(cutOff, { record: changed, container }).kind).toBe('follow')
  })
})
