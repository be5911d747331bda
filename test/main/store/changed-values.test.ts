import { expect, it } from 'vitest'
import { migrate, newestVersion } from '../../../src/main/adapters/store/migrations.ts'
import { loadSqlite, openDatabase } from '../../../src/main/adapters/store/sqlite.ts'

/** The version whose operations may hold whole tenants. */
const whole = 8
const entry = (cidr: string) => ({ cidr, label: 'office "1"' })
const tenant = {
  ...{ name: 'acme', memoryMb: 64, open: true, notes: '', tags: ['gold'], port: null },
  allow: [entry('198.51.100.1/32')],
}

it('operations that are done keep only what they changed', async () => {
  const database = openDatabase(await loadSqlite())
  migrate(database, whole)
  const rows: [id: string, outcome: string, before: string | null, after: string | null][] = [
    ['allow', 'done', JSON.stringify(tenant), JSON.stringify({ ...tenant, allow: [] })],
    [
      'resume',
      'done',
      JSON.stringify({ open: false, port: null }),
      JSON.stringify({ open: true, port: 20_000 }),
    ],
    ['gone', 'done', JSON.stringify(tenant), JSON.stringify({ name: 'acme', memoryMb: 64 })],
    ['pending', 'failed', JSON.stringify(tenant), JSON.stringify({ ...tenant, allow: [] })],
    ['running', 'running', JSON.stringify(tenant), JSON.stringify({ ...tenant, open: false })],
    ['delete', 'done', JSON.stringify(tenant), null],
    ['create', 'done', null, JSON.stringify(tenant)],
    ['word', 'done', '"x"', JSON.stringify(tenant)],
    ['damaged', 'done', '{', JSON.stringify(tenant)],
  ]
  const insert = database.prepare(
    `INSERT INTO operations (id, kind, actor, started_at, outcome, before, after)
     VALUES (?, 'tenant allow', 'me', '2026-01-01T00:00:00.000Z', ?, ?, ?)`,
  )
  for (const row of rows) insert.run(row)
  insert.free()

  expect(migrate(database)).toBe(newestVersion - whole)
  const found = database.exec('SELECT id, before, after FROM operations')[0]?.values ?? []
  const read = (text: unknown) => JSON.parse(String(text))
  const kept = new Map(found.map(([id, before, after]) => [id, [before, after]]))
  const { name: _, memoryMb: __, ...rest } = tenant
  expect(kept.get('allow')?.map(read)).toEqual([{ allow: tenant.allow }, { allow: [] }])
  expect(kept.get('resume')?.map(read)).toEqual([
    { open: false, port: null },
    { open: true, port: 20_000 },
  ])
  expect(kept.get('gone')?.map(read)).toEqual([rest, {}])
  for (const [id, , before, after] of rows.slice(3)) expect([id, kept.get(id)]).toEqual([id, [before, after]])
})
