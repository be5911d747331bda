import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type Touched, tellCommitted } from '../../../src/main/adapters/store/committed.ts'
import { deleteHost, insertHost, updateHost } from '../../../src/main/adapters/store/hosts.ts'
import { insertOperation, putSteps, updateOperation } from '../../../src/main/adapters/store/operations.ts'
import type { StoreDb } from '../../../src/main/adapters/store/rows.ts'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import {
  insertTenant,
  insertTenants,
  type TenantChanges,
  takeOutUnmade,
  updateTenant,
} from '../../../src/main/adapters/store/tenants.ts'
import { makeFolder } from '../folder.ts'
import { sampleHost, sampleOperation, sampleTenant } from './samples.ts'

test('every change of a host, a tenant or an operation is told when it is saved, and no other', async () => {
  const told: Touched[] = []
  const opened = await openStore(await makeFolder(), { log: pino({ level: 'silent' }) })
  const store = tellCommitted(opened, (touched) => told.push(touched))
  const tellsOf = async (change: (db: StoreDb) => unknown): Promise<Record<string, string[]>> => {
    told.length = 0
    await store.write(change)
    return Object.fromEntries(
      told.flatMap((touched) =>
        Object.entries(touched).flatMap(([table, ids]) => (ids.size > 0 ? [[table, [...ids]]] : [])),
      ),
    )
  }
  const step = { position: 0, kind: 'edit', sentence: 'Edit', state: 'done' } as const
  const times = { startedAt: '2026-11-22T10:02:53.123Z', finishedAt: null }

  expect(await tellsOf((db) => insertHost(db, sampleHost()))).toEqual({ hosts: ['host-1'] })
  expect(await tellsOf((db) => updateHost(db, 'host-1', { isDefault: true }))).toEqual({ hosts: ['host-1'] })
  expect(await tellsOf((db) => insertTenant(db, sampleTenant(1)))).toEqual({ tenants: ['tenant-1'] })
  expect(await tellsOf((db) => insertTenants(db, [sampleTenant(2), sampleTenant(3)]))).toEqual({
    tenants: ['tenant-2', 'tenant-3'],
  })
  const ways: TenantChanges[] = [{ notes: 'x' }, { name: 'other' }, { allow: [] }, { phase: 'deleting' }]
  for (const changes of ways) {
    expect(await tellsOf((db) => updateTenant(db, 'tenant-1', changes))).toEqual({ tenants: ['tenant-1'] })
  }
  expect(await tellsOf((db) => insertOperation(db, sampleOperation()))).toEqual({
    operations: ['operation-1'],
  })
  expect(
    await tellsOf((db) => {
      putSteps(db, 'operation-1', [{ ...step, ...times }])
      updateOperation(db, 'operation-1', { outcome: 'done' })
      updateTenant(db, 'tenant-2', { notes: 'together' })
    }),
  ).toEqual({ operations: ['operation-1'], tenants: ['tenant-2'] })
  expect(await tellsOf((db) => takeOutUnmade(db, 'tenant-3'))).toEqual({ tenants: ['tenant-3'] })
  expect(await tellsOf((db) => deleteHost(db, 'host-1'))).toEqual({ hosts: ['host-1'] })
  expect(await tellsOf(() => undefined)).toEqual({})

  told.length = 0
  const failing = store.write((db) => {
    insertHost(db, sampleHost({ id: 'host-2', name: 'second' }))
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(told).toEqual([])
  await store.close()
})
