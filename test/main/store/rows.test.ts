import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import * as hosts from '../../../src/main/adapters/store/hosts.ts'
import * as operations from '../../../src/main/adapters/store/operations.ts'
import { listReleasedPorts, putReleasedPort } from '../../../src/main/adapters/store/released-ports.ts'
import { listRestingPorts } from '../../../src/main/adapters/store/resting-ports.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import * as tenants from '../../../src/main/adapters/store/tenants.ts'
import { makeFolder } from '../folder.ts'
import { sampleHost, sampleOperation, sampleTenant } from './samples.ts'

const log = pino({ level: 'silent' })

async function openFresh(): Promise<Store> {
  const store = await openStore(await makeFolder(), { log })
  onTestFinished(() => store.close())
  return store
}

test('hosts come back as they were written, under any spelling of their name', async () => {
  const store = await openFresh()
  const ssh = sampleHost({ name: 'Tor É' })
  const local = sampleHost({
    id: 'h2',
    name: 'a',
    target: { kind: 'socket', path: '/run/docker.sock' },
  })
  await store.write((db) => {
    hosts.insertHost(db, ssh)
    hosts.insertHost(db, local)
  })
  expect(await store.read(hosts.listHosts)).toEqual([local, ssh])
  expect(await store.read((db) => hosts.findHostByName(db, 'TOR e\u0301'))).toEqual(ssh)
  await store.write((db) =>
    hosts.updateHost(db, 'h2', { mode: 'loopback', modeReason: 'no root', pins: { a: 'b' } }),
  )
  expect(await store.read((db) => hosts.findHost(db, 'h2'))).toEqual({
    ...local,
    mode: 'loopback',
    modeReason: 'no root',
    pins: { a: 'b' },
  })
  const taken = { problem: { code: 'NAME_TAKEN', details: { noun: 'host', name: 'TOR É' } } }
  await expect(
    store.write((db) => hosts.insertHost(db, { ...ssh, id: 'h3', name: 'TOR É' })),
  ).rejects.toMatchObject(taken)
  await expect(store.write((db) => hosts.updateHost(db, 'h2', { name: 'TOR É' }))).rejects.toMatchObject(
    taken,
  )
})

test('a tenant keeps its allowlist in order, and its name is free again once it is deleted', async () => {
  const store = await openFresh()
  const first = sampleTenant(1, {
    allow: [
      { cidr: '2001:db8::/32', label: '' },
      { cidr: '198.51.100.0/24', label: 'büro' },
    ],
  })
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    tenants.insertTenant(db, first)
    tenants.insertTenant(db, sampleTenant(2))
  })
  expect(await store.read((db) => tenants.findTenantByName(db, 'TENANT 1'))).toEqual(first)
  const again = { ...first, id: 'again' }
  await expect(store.write((db) => tenants.insertTenant(db, again))).rejects.toMatchObject({
    problem: { code: 'NAME_TAKEN' },
  })
  const deletedAt = '2026-11-23T00:00:00.000Z'
  await store.write((db) => {
    tenants.updateTenant(db, first.id, { phase: 'deleted', deletedAt, allow: [] })
    tenants.insertTenant(db, again)
  })
  expect(await store.read((db) => tenants.findTenant(db, first.id))).toMatchObject({ deletedAt, allow: [] })
  expect((await store.read((db) => tenants.listTenants(db))).map((each) => each.id)).toEqual([
    'again',
    'tenant-2',
  ])
  expect(await store.read((db) => tenants.listTenants(db, { hostId: 'other' }))).toEqual([])
  expect(await store.read((db) => tenants.listTenants(db, { withDeleted: true }))).toHaveLength(3)
  await store.write((db) => tenants.takeOutUnmade(db, 'tenant-2'))
  expect(await store.read((db) => tenants.findTenant(db, 'tenant-2'))).toBeUndefined()
})

test('two tenants of a host never share a port, and an address is on a list once', async () => {
  const store = await openFresh()
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    tenants.insertTenant(db, sampleTenant(1))
  })
  await expect(
    store.write((db) => tenants.insertTenant(db, sampleTenant(2, { port: 20_001 }))),
  ).rejects.toThrow(/UNIQUE/)
  const twice = { allow: [1, 2].map((n) => ({ cidr: '198.51.100.9/32', label: `${n}` })) }
  await expect(store.write((db) => tenants.updateTenant(db, 'tenant-1', twice))).rejects.toThrow(/UNIQUE/)
  expect(await store.read((db) => tenants.listTenants(db))).toEqual([sampleTenant(1)])
  await store.write((db) => tenants.insertTenant(db, sampleTenant(2)))
})

test('operations keep steps, problem and values, and outlive their host', async () => {
  const store = await openFresh()
  const problem = { code: 'NO_PORT_LEFT', details: { host: 'tor', from: 1, to: 2, quarantined: 2 } } as const
  const startedAt = '2026-11-22T10:02:54.000Z'
  const step = {
    position: 0,
    kind: 'allocate',
    sentence: 'Take a port.',
    state: 'intended',
    startedAt,
  } as const
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    operations.insertOperation(db, sampleOperation({ steps: [{ ...step, finishedAt: null }] }))
    operations.insertOperation(db, sampleOperation({ id: 'operation-2', startedAt, tenantId: null }))
  })
  await store.write((db) => {
    operations.putSteps(db, 'operation-1', [{ ...step, state: 'failed', finishedAt: startedAt }])
    operations.putSteps(db, 'operation-1', [{ ...step, position: 1, kind: 'undo', finishedAt: null }])
    operations.updateOperation(db, 'operation-1', {
      outcome: 'failed',
      finishedAt: startedAt,
      problem,
      after: { a: [1] },
    })
    hosts.deleteHost(db, 'host-1')
  })
  const [second, first] = await store.read((db) => operations.listOperations(db))
  expect(second?.id).toBe('operation-2')
  expect(first).toMatchObject({ outcome: 'failed', problem, before: null, after: { a: [1] } })
  expect(first?.steps.map(({ position, state }) => [position, state])).toEqual([
    [0, 'failed'],
    [1, 'intended'],
  ])
  expect(await store.read((db) => operations.listOperations(db, { outcome: 'running' }))).toHaveLength(1)
  expect(
    await store.read((db) => operations.listOperations(db, { before: { startedAt }, limit: 5 })),
  ).toEqual([first])
})

test('a released port rests from its last release on', async () => {
  const store = await openFresh()
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    putReleasedPort(db, { hostId: 'host-1', port: 20_001, releasedAt: '2026-10-01T00:00:00.000Z' })
    putReleasedPort(db, { hostId: 'host-1', port: 20_002, releasedAt: '2026-10-01T00:00:00.000Z' })
    putReleasedPort(db, { hostId: 'host-1', port: 20_001, releasedAt: '2026-11-01T00:00:00.000Z' })
  })
  const resting = await store.read((db) => listReleasedPorts(db, 'host-1', '2026-10-15T00:00:00.000Z'))
  expect(resting.map((each) => each.port)).toEqual([20_001])
})

test('ports rest after a delete and after a move, and not where a tenant has them again', async () => {
  const store = await openFresh()
  const [old, late, now] = [10, 20, 30].map((day) => `2026-11-${day}T00:00:00.000Z`) as [
    string,
    string,
    string,
  ]
  const move = { kind: 'tenant move', outcome: 'done', finishedAt: late } as const
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    for (const [number, changes] of [
      [1, { phase: 'deleted', deletedAt: late }],
      [2, { phase: 'deleted', deletedAt: old }],
      [3, { phase: 'deleting' }],
      [4, { phase: 'deleted', deletedAt: late, port: null }],
      [5, {}],
      [6, { phase: 'deleted', deletedAt: late, port: 20_005 }],
    ] as const) {
      tenants.insertTenant(db, sampleTenant(number, changes))
    }
    const before = { port: 20_100 }
    operations.insertOperation(db, sampleOperation({ ...move, id: 'moved', tenantId: 'tenant-5', before }))
    operations.insertOperation(db, sampleOperation({ ...move, id: 'back', before: { port: 20_005 } }))
    operations.insertOperation(db, sampleOperation({ ...move, id: 'early', finishedAt: old, before }))
    operations.insertOperation(
      db,
      sampleOperation({ ...move, id: 'undone', outcome: 'undone', before: { port: 1 } }),
    )
  })
  const resting = await store.read((db) =>
    listRestingPorts(db, 'host-1', { since: '2026-11-15T00:00:00.000Z', now }),
  )
  expect(resting).toEqual([
    { tenantId: 'tenant-1', port: 20_001, at: late },
    { tenantId: 'moved', port: 20_100, at: late },
    { tenantId: 'tenant-3', port: 20_003, at: now },
  ])
})

test('references between tables are enforced after every save', async () => {
  const store = await openFresh()
  const orphan = () => store.write((db) => tenants.insertTenant(db, sampleTenant(1)))
  await expect(orphan()).rejects.toThrow(/FOREIGN KEY/)
  await store.write((db) => hosts.insertHost(db, sampleHost({ id: 'other', name: 'other' })))
  await expect(orphan()).rejects.toThrow(/FOREIGN KEY/)
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    tenants.insertTenant(db, sampleTenant(1))
  })
  await store.write((db) => hosts.deleteHost(db, 'host-1'))
  expect(await store.read((db) => db.all(sql`SELECT * FROM allow_entries`))).toEqual([])
})

test('a row that somebody else changed is refused by name, an unknown problem stays readable', async () => {
  const store = await openFresh()
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    operations.insertOperation(db, sampleOperation())
    db.run(sql`UPDATE operations SET problem = '{"code":"FROM_THE_FUTURE","details":{}}'`)
  })
  expect((await store.read((db) => operations.listOperations(db)))[0]?.problem).toEqual({
    code: 'INTERNAL',
    details: { reference: 'FROM_THE_FUTURE' },
  })
  for (const broken of ['{', '{"kind":"ssh","address":1}']) {
    await store.write((db) => db.run(sql`UPDATE hosts SET target = ${broken}`))
    await expect(store.read(hosts.listHosts)).rejects.toMatchObject({
      problem: {
        code: 'STORE_UNUSABLE',
        details: { path: store.path, reason: expect.stringMatching(/row of hosts/) },
      },
    })
  }
})

test('thousands of tenants come in at once, each with its list, and none with a name that is taken', async () => {
  const store = await openFresh()
  const allow = Array.from({ length: 4 }, (_, n) => ({ cidr: `198.51.100.${n}/32`, label: `office ${n}` }))
  const many = Array.from({ length: 3_000 }, (_, n) => sampleTenant(n, { allow }))
  const longest = Array.from({ length: 1_000 }, (_, n) => ({
    cidr: `10.0.${n >> 8}.${n & 255}/32`,
    label: '',
  }))
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    tenants.insertTenants(db, [...many, sampleTenant(9_000, { allow: longest })])
  })
  const read = await store.read((db) => tenants.listTenants(db))
  expect(read).toHaveLength(3_001)
  expect(read.find(({ id }) => id === 'tenant-2999')).toEqual(sampleTenant(2_999, { allow }))
  expect(read.find(({ id }) => id === 'tenant-9000')?.allow).toEqual(longest)
  const next = (name: string, number: number) => sampleTenant(number, { name })
  for (const given of [[next('TENANT 7', 9_001)], [next('new', 9_001), next('NEW', 9_002)]]) {
    await expect(store.write((db) => tenants.insertTenants(db, given))).rejects.toMatchObject({
      problem: { code: 'NAME_TAKEN' },
    })
  }
  expect(await store.read((db) => tenants.listNameHolders(db))).toHaveProperty('size', 3_001)
})

test('a name is held until its tenant is deleted, and a change of a tenant that is not there is none', async () => {
  const store = await openFresh()
  await store.write((db) => {
    hosts.insertHost(db, sampleHost())
    tenants.insertTenants(db, [sampleTenant(1, { phase: 'creating' }), sampleTenant(2)])
    tenants.updateTenant(db, 'nobody', { allow: [{ cidr: '198.51.100.7/32', label: '' }] })
    tenants.updateTenant(db, 'nobody', { phase: 'present' })
    tenants.updateTenant(db, 'tenant-1', { phase: 'present', name: 'Tenant 1' })
  })
  const taken = { problem: { code: 'NAME_TAKEN' } }
  const rename = store.write((db) => tenants.updateTenant(db, 'tenant-2', { name: 'TENANT 1' }))
  await expect(rename).rejects.toMatchObject(taken)
  await store.write((db) => {
    tenants.updateTenant(db, 'tenant-1', { phase: 'deleted' })
    tenants.updateTenant(db, 'tenant-2', { name: 'TENANT 1' })
  })
  const back = store.write((db) => tenants.updateTenant(db, 'tenant-1', { phase: 'present' }))
  await expect(back).rejects.toMatchObject(taken)
  expect(await store.read((db) => tenants.listTenants(db))).toEqual([sampleTenant(2, { name: 'TENANT 1' })])
})
