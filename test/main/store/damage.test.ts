import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import initSqlJs from 'sql.js'
import { expect, onTestFinished, test } from 'vitest'
import { insertHost, listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import { describeStoreWarning } from '../../../src/main/adapters/store/warning.ts'
import { makeFolder } from '../folder.ts'
import { sampleHost } from './samples.ts'

const log = pino({ level: 'silent' })
const closedFiles = ['memharbor.sqlite', 'memharbor.sqlite.copy', 'memharbor.sqlite.copy.journal']
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** The folder of a closed store with hosts a and b: the copy is the empty one, and its journal leads to both hosts. */
async function makeStore(): Promise<{ folder: string; file: string; copy: string }> {
  const folder = await makeFolder()
  const store = await openStore(folder, { log })
  await store.write((db) => insertHost(db, sampleHost({ id: 'a', name: 'a' })))
  await store.write((db) => insertHost(db, sampleHost({ id: 'b', name: 'b' })))
  await store.close()
  return { folder, file: store.path, copy: `${store.path}.copy` }
}

async function reopen(folder: string): Promise<Store> {
  const store = await openStore(folder, { log })
  onTestFinished(() => store.close())
  return store
}

const hostIds = async (store: Store): Promise<string[]> =>
  (await store.read(listHosts)).map((host) => host.id)

async function flipPage(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes.fill(0xff, 4096, 4096 + 600)
  await writeFile(file, bytes)
}

const damages: Record<string, (file: string) => Promise<void>> = {
  'cut in the middle': async (file) => truncate(file, Math.floor((await stat(file)).size / 2)),
  'cut by one byte': async (file) => truncate(file, (await stat(file)).size - 1),
  empty: (file) => truncate(file, 0),
  'overwritten in a page': flipPage,
  'some other text': (file) => writeFile(file, 'not a database\n'.repeat(1000)),
}

test.each(Object.entries(damages))(
  'a file that is %s: the last good copy with its journal is used, the file is kept, and nothing is missing',
  async (_, damage) => {
    const { folder, file } = await makeStore()
    await damage(file)
    const damaged = await readFile(file)
    const store = await reopen(folder)
    expect(await hostIds(store)).toEqual(['a', 'b'])
    const [keptAs = ''] = store.warning?.keptAs ?? []
    expect(await readFile(keptAs)).toEqual(damaged)
    expect(keptAs).toMatch(/memharbor\.sqlite\.damaged-\d{4}-\d\d-\d\dT/)
    expect(store.warning).toMatchObject({ path: file, copyFrom: expect.stringMatching(moment) })
    expect(store.warning && describeStoreWarning(store.warning)).toContain(keptAs)
    await store.write((db) => insertHost(db, sampleHost({ id: 'c', name: 'c' })))
    await store.close()
    const again = await reopen(folder)
    expect(again.warning).toBeUndefined()
    expect(await hostIds(again)).toEqual(['a', 'b', 'c'])
  },
)

test('a file that is gone comes back from its copy, with a warning', async () => {
  const { folder, file } = await makeStore()
  await rm(file)
  const store = await reopen(folder)
  expect(await hostIds(store)).toEqual(['a', 'b'])
  expect(store.warning).toMatchObject({ keptAs: [], reason: 'it is gone' })
})

test('when file and copy are damaged nothing is opened, changed or deleted', async () => {
  const { folder, file, copy } = await makeStore()
  await flipPage(file)
  await truncate(copy, 100)
  const before = await Promise.all([readdir(folder), readFile(file), readFile(copy)])
  await expect(openStore(folder, { log })).rejects.toMatchObject({ problem: { code: 'STORE_UNUSABLE' } })
  expect(await Promise.all([readdir(folder), readFile(file), readFile(copy)])).toEqual(before)
})

test('a file of a newer program is refused and left alone', async () => {
  const { folder, file } = await makeStore()
  const sqlite = await initSqlJs()
  const database = new sqlite.Database(await readFile(file))
  database.run('PRAGMA user_version = 4711')
  await writeFile(file, database.export())
  await expect(openStore(folder, { log })).rejects.toMatchObject({
    problem: {
      code: 'STORE_UNUSABLE',
      details: { path: file, reason: expect.stringMatching(/newer.*4711/) },
    },
  })
  expect(await readdir(folder)).toEqual(closedFiles)
})

test('what a killed save left behind does not disturb the next one', async () => {
  const { folder, file, copy } = await makeStore()
  await writeFile(`${file}.writing`, 'half')
  await rm(copy)
  await rename(file, copy)
  await writeFile(`${copy}.next`, 'half')
  const store = await reopen(folder)
  await store.write((db) => insertHost(db, sampleHost({ id: 'c', name: 'c' })))
  expect(await hostIds(store)).toEqual(['a', 'b', 'c'])
  await store.close()
  expect(await readdir(folder)).toEqual(closedFiles)
})

test('folder and files are for their owner only', async () => {
  const parent = await makeFolder()
  const folder = join(parent, 'deep', 'data')
  const store = await reopen(folder)
  await store.write((db) => insertHost(db, sampleHost()))
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

test('a folder with other things keeps its mode, and one that others write to is refused', async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'letter.txt'), '')
  await chmod(folder, 0o755)
  await (await openStore(folder, { log })).close()
  expect((await stat(folder)).mode & 0o777).toBe(0o755)
  await chmod(folder, 0o777)
  await expect(openStore(folder, { log })).rejects.toMatchObject({ problem: { code: 'STORE_UNUSABLE' } })
})

test.skipIf(process.getuid?.() !== 0)('a folder of another user is refused (needs root)', async () => {
  const folder = await makeFolder()
  await chown(folder, 65_534, 65_534)
  await expect(openStore(folder, { log })).rejects.toMatchObject({
    problem: { details: { path: folder, reason: 'the folder belongs to another user' } },
  })
  expect(await readdir(folder)).toEqual([])
})

test('a path that is no folder says so', async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'file'), '')
  await expect(openStore(join(folder, 'file', 'data'), { log })).rejects.toMatchObject({
    problem: { details: { reason: 'a part of the path is no folder' } },
  })
  await symlink('nowhere', join(folder, 'dangling'))
  await expect(openStore(join(folder, 'dangling'), { log })).rejects.toMatchObject({
    problem: { code: 'STORE_UNUSABLE' },
  })
})

test('a change that throws or waits leaves nothing, and one that is asynchronous is refused', async () => {
  const store = await reopen(await makeFolder())
  const half = store.write((db) => {
    insertHost(db, sampleHost())
    throw new Error('stop')
  })
  await expect(half).rejects.toThrow('stop')
  const late = store.write(async (db) => insertHost(db, sampleHost()))
  await expect(late).rejects.toThrow(/asynchronous/)
  await expect(store.read((db) => insertHost(db, sampleHost()))).rejects.toThrow(/readonly/)
  expect(await hostIds(store)).toEqual([])
})

test('changes that come together share a line of the journal, and a closed store refuses', async () => {
  const folder = await makeFolder()
  const store = await openStore(folder, { log })
  const names = Array.from({ length: 200 }, (_, n) => `host-${n}`)
  const before = await readFile(store.path)
  await Promise.all(names.map((name) => store.write((db) => insertHost(db, sampleHost({ id: name, name })))))
  expect(await readFile(store.path)).toEqual(before)
  expect((await readFile(`${store.path}.journal`, 'utf8')).trim().split('\n')).toHaveLength(2)
  await store.close()
  await store.close()
  await expect(store.read(listHosts)).rejects.toMatchObject({
    problem: { details: { reason: 'it is closed' } },
  })
  await mkdir(join(folder, 'x'))
  expect(await hostIds(await reopen(folder))).toHaveLength(200)
})
