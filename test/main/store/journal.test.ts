import { createHash } from 'node:crypto'
import { cpSync } from 'node:fs'
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import initSqlJs, { type Database } from 'sql.js'
import { expect, onTestFinished, test } from 'vitest'
import { insertHost, listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { foundation } from '../../../src/main/adapters/store/migrations/0001-foundation.ts'
import { newestVersion } from '../../../src/main/adapters/store/migrations.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import { findTenant } from '../../../src/main/adapters/store/tenants.ts'
import { makeFolder } from '../folder.ts'
import { changeNumber, countWhole } from './counted-changes.ts'
import { sampleHost } from './samples.ts'

const log = pino({ level: 'silent' })

/** A folder as a program that was killed leaves it: changes up to `file` are in the file, the others in the journal. */
async function makeKilled({ file, journal }: { file: number; journal: number }) {
  const parent = await makeFolder()
  const [open, folder] = [join(parent, 'open'), join(parent, 'killed')]
  let store = await openStore(open, { log })
  for (let number = 1; number <= file; number += 1) await store.write(changeNumber(number))
  await store.close()
  store = await openStore(open, { log })
  for (let number = file + 1; number <= file + journal; number += 1) await store.write(changeNumber(number))
  cpSync(open, folder, { recursive: true })
  await store.close()
  const path = join(folder, 'memharbor.sqlite')
  return { folder, path, journalPath: `${path}.journal` }
}

async function reopen(folder: string): Promise<Store> {
  const store = await openStore(folder, { log })
  onTestFinished(() => store.close())
  return store
}

const hash = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const renderLine = (value: object): string => `${hash(JSON.stringify(value))} ${JSON.stringify(value)}\n`

test('a last line that was cut off anywhere does not count, and the next one takes its place', async () => {
  const { folder, journalPath } = await makeKilled({ file: 2, journal: 2 })
  const whole = await readFile(journalPath)
  const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1
  for (const length of [lastLine, lastLine + 1, lastLine + 70, whole.length - 1, whole.length]) {
    const copy = `${folder}-${length}`
    cpSync(folder, copy, { recursive: true })
    await truncate(join(copy, 'memharbor.sqlite.journal'), length)
    const store = await reopen(copy)
    const count = length === whole.length ? 4 : 3
    expect(await countWhole(store)).toBe(count)
    expect(store.warning).toBeUndefined()
    await store.write(changeNumber(count + 1))
    cpSync(copy, `${copy}-again`, { recursive: true })
    expect(await countWhole(await reopen(`${copy}-again`))).toBe(count + 1)
  }
})

test('a first line that was cut off is no journal', async () => {
  const { folder, journalPath } = await makeKilled({ file: 2, journal: 1 })
  await truncate(journalPath, 30)
  const store = await reopen(folder)
  expect(await countWhole(store)).toBe(2)
  await store.write(changeNumber(3))
  await store.close()
  expect(await countWhole(await reopen(folder))).toBe(3)
})

const lineDamages: Record<string, (lines: string[]) => string[]> = {
  altered: (lines) => lines.with(3, (lines[3] ?? '').replace('UPDATE', 'UPDaTE')),
  missing: (lines) => lines.toSpliced(3, 1),
  doubled: (lines) => lines.toSpliced(3, 0, lines[2] ?? ''),
  'one of another store': (lines) =>
    lines.with(
      3,
      renderLine({ seq: 3, at: '2026-11-22T10:02:53.123Z', rows: 1, statements: [['SELECT 1', []]] }),
    ),
  'no change': (lines) => lines.with(3, renderLine({ seq: 3, statements: 'all' })),
  'a statement that fails': (lines) =>
    lines.with(
      3,
      renderLine({ seq: 3, at: '2026-11-22T10:02:53.123Z', rows: 1, statements: [['DROP', []]] }),
    ),
}

test.each(Object.entries(lineDamages))(
  'a journal in which a line is %s: what came before it is used, and the journal is kept',
  async (_, damage) => {
    const { folder, journalPath } = await makeKilled({ file: 2, journal: 4 })
    const damaged = damage((await readFile(journalPath, 'utf8')).split('\n')).join('\n')
    await writeFile(journalPath, damaged)
    const store = await reopen(folder)
    expect(await countWhole(store)).toBe(4)
    const [keptAs = ''] = store.warning?.keptAs ?? []
    expect(keptAs).toContain('.journal.damaged-')
    expect(await readFile(keptAs, 'utf8')).toBe(damaged)
    expect(store.warning?.reason).toMatch(/^its journal: line 4 /)
    await store.write(changeNumber(5))
    await store.close()
    const again = await reopen(folder)
    expect(again.warning).toBeUndefined()
    expect(await countWhole(again)).toBe(5)
  },
)

test('a damaged file comes back from the copy, its journal and the journal of the file itself', async () => {
  const { folder, path } = await makeKilled({ file: 3, journal: 3 })
  await writeFile(path, 'no store')
  const store = await reopen(folder)
  expect(await countWhole(store)).toBe(6)
  expect(store.warning?.keptAs).toHaveLength(1)
})

test('without the journal between them the copy is used alone, and the other journal is kept', async () => {
  const { folder, path, journalPath } = await makeKilled({ file: 3, journal: 3 })
  const journal = await readFile(journalPath)
  await writeFile(path, 'no store')
  await rm(`${path}.copy.journal`)
  const store = await reopen(folder)
  expect(await countWhole(store)).toBe(0)
  const [, keptAs = ''] = store.warning?.keptAs ?? []
  expect(await readFile(keptAs)).toEqual(journal)
})

test('a copy that somebody put in place of the file leads on to everything', async () => {
  const { folder, path } = await makeKilled({ file: 3, journal: 3 })
  await copyFile(`${path}.copy`, path)
  expect(await countWhole(await reopen(folder))).toBe(6)
})

test('another file with a journal that is not its own is not used when the right one can be had', async () => {
  const { folder, path } = await makeKilled({ file: 3, journal: 3 })
  const other = await makeKilled({ file: 1, journal: 0 })
  await copyFile(other.path, path)
  const store = await reopen(folder)
  expect(await countWhole(store)).toBe(6)
  expect(store.warning?.reason).toBe('its journal: it belongs to another file')
  await store.close()
  await rm(join(folder, 'memharbor.sqlite.copy'))
  await copyFile(other.path, path)
  await writeFile(`${path}.journal`, renderLine({ v: 1, base: hash('?'), version: newestVersion }))
  const alone = await reopen(folder)
  expect(await countWhole(alone)).toBe(1)
  expect(alone.warning?.keptAs).not.toEqual([])
})

test('a journal alone, or one of a newer program, is refused and left alone', async () => {
  const { folder, path, journalPath } = await makeKilled({ file: 1, journal: 1 })
  const refused = { problem: { code: 'STORE_UNUSABLE' } }
  const { base } = JSON.parse((await readFile(journalPath, 'utf8')).split('\n')[0]?.slice(65) ?? '')
  const journal = await readFile(journalPath)
  for (const head of [
    { v: 2, base },
    { v: 1, base, version: 4711 },
  ]) {
    await writeFile(journalPath, renderLine(head))
    await expect(openStore(folder, { log })).rejects.toMatchObject(refused)
  }
  await writeFile(journalPath, journal)
  await rm(path)
  await rm(`${path}.copy`)
  const before = await readdir(folder)
  await expect(openStore(folder, { log })).rejects.toMatchObject(refused)
  expect(await readdir(folder)).toEqual(before)
})

test('a long journal is folded into the file, and a new one begins', async () => {
  const store = await reopen(await makeFolder())
  const size = async (suffix: string): Promise<number> =>
    (await stat(`${store.path}${suffix}`).catch(() => ({ size: 0 }))).size
  const first = await size('')
  let number = 0
  while ((await size('')) === first) {
    number += 1
    await store.write(changeNumber(number, 100_000))
    // A fold is finished before the next change is flushed.
    if (number > 20) throw new Error('the journal is never folded')
  }
  await store.write(changeNumber(number + 1))
  expect(await size('')).toBeGreaterThan(500_000)
  expect(await size('.journal')).toBeLessThan(300_000)
  expect(await countWhole(store)).toBe(number + 1)
})

test('a journal that something else has changed is not continued, and what was confirmed stays', async () => {
  const folder = await makeFolder()
  const store = await openStore(folder, { log })
  await store.write(changeNumber(1))
  await appendFile(`${store.path}.journal`, 'something else\n')
  const refused = {
    problem: { code: 'STORE_UNUSABLE', details: { reason: expect.stringContaining('something') } },
  }
  await expect(
    Promise.all([store.write(changeNumber(2)), store.write(changeNumber(3))]),
  ).rejects.toMatchObject(refused)
  expect(await countWhole(store)).toBe(1)
  await store.close()
  expect(await countWhole(await reopen(folder))).toBe(1)
})

/** Two deleted tenants as the first version kept them; of one the log has lost its delete. */
function insertDeleted(database: Database): void {
  const at = '2026-11-22T10:02:53.123Z'
  database.run(
    `INSERT INTO hosts VALUES ('z', 'z', 'z', '{"kind":"socket","path":"/x"}', NULL, '{}', 'unknown', '', 2000, 2999, '${at}')`,
  )
  for (const id of ['gone', 'lost'])
    database.run(
      `INSERT INTO tenants VALUES ('${id}', 'z', '${id}', '${id}', 2000, 1, 64, 1024, '', 'deleted', 0, 3, '${at}', '${at}')`,
    )
  const before = '{"port":2000,"allow":[{"cidr":"198.51.100.7/32","label":"office"}]}'
  database.run(
    `INSERT INTO operations VALUES ('o', 'tenant delete', 'z', 'gone', 'z', 'gone', 'ada', '${at}', '${at}', 'done', NULL, '${before}', NULL)`,
  )
}

test('an older store with a journal is brought to the newest version, and can be had again without its file', async () => {
  const parent = await makeFolder()
  const [folder, killed] = [join(parent, 'open'), join(parent, 'killed')]
  const path = join(folder, 'memharbor.sqlite')
  const sqlite = await initSqlJs()
  const database = new sqlite.Database()
  database.run(foundation)
  database.run('PRAGMA user_version = 1')
  insertDeleted(database)
  const bytes = database.export()
  const at = '2026-11-22T10:02:53.123Z'
  const columns = 'id, name, name_key, target, pins, mode, mode_reason, range_from, range_to, created_at'
  const values = ['a', 'a', 'a', '{"kind":"socket","path":"/x"}', '{}', 'unknown', '', 2000, 2999, at]
  const insert = `INSERT INTO hosts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  await mkdir(folder)
  await writeFile(path, bytes)
  await writeFile(
    `${path}.journal`,
    [
      { v: 1, base: hash(bytes), version: 1 },
      { seq: 1, at, rows: 1, statements: [[insert, values]] },
    ]
      .map(renderLine)
      .join(''),
  )
  const store = await reopen(folder)
  await store.write((db) => insertHost(db, sampleHost({ id: 'b', name: 'b' })))
  const version = new sqlite.Database(new Uint8Array(await readFile(path))).exec('PRAGMA user_version')
  expect(version[0]?.values).toEqual([[newestVersion]])
  cpSync(folder, killed, { recursive: true })
  await writeFile(join(killed, 'memharbor.sqlite'), 'no store')
  for (const each of [store, await reopen(killed)]) {
    expect((await each.read(listHosts)).map(({ id }) => id)).toEqual(['a', 'b', 'z'])
    const deletion = { open: null, allow: [{ cidr: '198.51.100.7/32', label: 'office' }], releasedAt: null }
    expect(await each.read((db) => findTenant(db, 'gone'))).toMatchObject({ allow: [], deletion })
    expect(await each.read((db) => findTenant(db, 'lost'))).toMatchObject({ deletion: null })
  }
})
