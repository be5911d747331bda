import fc from 'fast-check'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { deleteHost, insertHost, updateHost } from '../../../src/main/adapters/store/hosts.ts'
import type { StoreDb } from '../../../src/main/adapters/store/rows.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import {
  insertTenant,
  insertTenants,
  listRevisions,
  listRevisionsOf,
  listTenants,
  listTenantsOf,
  takeOutUnmade,
  updateTenant,
} from '../../../src/main/adapters/store/tenants.ts'
import { makeFolder } from '../folder.ts'
import { sampleHost, sampleTenant } from './samples.ts'

const log = pino({ level: 'silent' })
const hostIds = ['host-1', 'host-2']

const openFilled = async (): Promise<Store> => {
  const store = await openStore(await makeFolder(), { log })
  await store.write((db) => {
    for (const id of hostIds) insertHost(db, sampleHost({ id, name: id }))
    insertTenants(
      db,
      [0, 1, 2, 3].map((number) => sampleTenant(number, { hostId: `host-${(number % 2) + 1}` })),
    )
  })
  return store
}

const readKept = (store: Store, hostId: string) =>
  store.read((db) => ({
    tenants: [...listTenantsOf(db, hostId)].sort((a, b) => (a.id < b.id ? -1 : 1)),
    revisions: listRevisionsOf(db, hostId),
  }))

const readAnew = (store: Store, hostId: string) =>
  store.read((db) => ({
    tenants: listTenants(db, { hostId }).sort((a, b) => (a.id < b.id ? -1 : 1)),
    revisions: new Map([...listRevisions(db)].filter(([, each]) => each.hostId === hostId)),
  }))

const number = fc.integer({ min: 0, max: 5 })
const id = number.map((each) => `tenant-${each}`)
const change: fc.Arbitrary<(db: StoreDb) => void> = fc.oneof(
  fc.tuple(number, fc.constantFrom(...hostIds)).map(([each, hostId]) => (db: StoreDb) => {
    insertTenant(db, sampleTenant(each, { hostId }))
  }),
  fc.tuple(id, fc.constantFrom('present', 'deleting', 'deleted')).map(([each, phase]) => (db: StoreDb) => {
    updateTenant(db, each, { phase })
  }),
  fc.tuple(id, number).map(([each, last]) => (db: StoreDb) => {
    updateTenant(db, each, { allow: [{ cidr: `198.51.100.${last}/32`, label: '' }], revision: last })
  }),
  id.map((each) => (db: StoreDb) => takeOutUnmade(db, each)),
  fc.constant((db: StoreDb) => updateHost(db, 'host-2', { isDefault: true })),
  fc.constant((db: StoreDb) => deleteHost(db, 'host-2')),
)
const step = fc.record({ change, isTakenBack: fc.boolean(), isReadBetween: fc.boolean() })

test('whatever is changed or taken back, what is kept of tenants is what the store has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const store = await openFilled()
      for (const { change, isTakenBack, isReadBetween } of steps) {
        const written = store.write((db) => {
          change(db)
          // Nor does what a transaction reads of itself stay.
          listTenantsOf(db, 'host-1')
          if (isTakenBack) throw new Error('taken back')
        })
        // Some are refused, as a name that is taken or a host that is gone.
        await written.catch(() => {})
        if (!isReadBetween) continue
        for (const hostId of hostIds)
          expect(await readKept(store, hostId)).toEqual(await readAnew(store, hostId))
      }
      for (const hostId of hostIds)
        expect(await readKept(store, hostId)).toEqual(await readAnew(store, hostId))
      await store.close()
    }),
    { numRuns: 30 },
  )
})

test('a list is read once, and then only what was changed of it', async () => {
  const store = await openFilled()
  const read = () => store.read((db) => listTenantsOf(db, 'host-1'))
  const first = await read()
  expect(await read()).toBe(first)
  await store.write((db) => updateTenant(db, 'tenant-0', { notes: 'x' }))
  const second = await read()
  const find = (rows: typeof first, wanted: string) => rows.find((each) => each.id === wanted)
  expect(find(second, 'tenant-0')?.notes).toBe('x')
  expect(find(second, 'tenant-2')).toBe(find(first, 'tenant-2'))
  await store.close()
})
