import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import initSqlJs from 'sql.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openArchive } from '../../../src/main/adapters/store/archive.ts'
import {
  countOperations,
  forgetOperations,
  listArchivedRevocations,
} from '../../../src/main/adapters/store/archiving.ts'
import { foundation } from '../../../src/main/adapters/store/migrations/0001-foundation.ts'
import { lifecycle } from '../../../src/main/adapters/store/migrations/0002-lifecycle.ts'
import { settings } from '../../../src/main/adapters/store/migrations/0003-settings.ts'
import { listOperations, type StoredOperation } from '../../../src/main/adapters/store/operations.ts'
import { insertAll } from '../../../src/main/adapters/store/rows.ts'
import { operations } from '../../../src/main/adapters/store/schema.ts'
import { writeSettings } from '../../../src/main/adapters/store/settings.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import { listActivity } from '../../../src/main/services/activity/list-activity.ts'
import { createNotices } from '../../../src/main/services/notices.ts'
import { createArchiver } from '../../../src/main/services/operation/archiver.ts'
import { pruneArchive } from '../../../src/main/services/operation/prune-archive.ts'
import { createRunningOperations } from '../../../src/main/services/operation/running.ts'
import { until } from '../../hosts/condition.ts'
import { makeFolder } from '../folder.ts'
import { sampleOperation } from './samples.ts'

const log = pino({ level: 'silent' })
/** As few as let a page come out of the store alone. */
const kept = 300
const now = (): Date => new Date('2026-11-22T12:00:00.000Z')

/** Of the given number, the higher the later: some begin in the same moment. */
function numbered(number: number, changes: Partial<StoredOperation> = {}): StoredOperation {
  const startedAt = new Date(Date.UTC(2026, 8, 1) + Math.floor(number / 2) * 600_000).toISOString()
  return sampleOperation({
    ...{ id: `o${String(number).padStart(6, '0')}`, kind: 'tenant allow', startedAt, finishedAt: startedAt },
    ...{ outcome: 'done', tenantId: `t${number % 7}`, tenantName: `tenant ${number % 7}`, ...changes },
  })
}

async function openWith(
  count: number,
  change: (number: number) => Partial<StoredOperation> = () => ({}),
  folder?: string,
) {
  const dataDir = folder ?? (await makeFolder())
  const store = await openStore(dataDir, { log })
  onTestFinished(() => store.close())
  await store.write((db) => {
    const given = Array.from({ length: count }, (_, number) => numbered(number, change(number)))
    insertAll(
      db,
      operations,
      given.map(({ steps: _, ...row }) => ({ ...row, problem: null, before: null, after: null })),
    )
  })
  const context = {
    store,
    archive: openArchive(dataDir, log, kept),
    now,
    log,
    notices: createNotices(),
    running: createRunningOperations(),
  }
  return { dataDir, context, archiver: createArchiver(context) }
}

const count = (store: Store): Promise<number> => store.read(countOperations)
const idsOf = (given: readonly { readonly id: string }[]): string[] => given.map(({ id }) => id)

describe('old operations', () => {
  const many = kept + 900

  it('leave the store for files by month, but for those by which something is decided, and are listed all the same', async () => {
    const unsettled = {
      outcome: 'running',
      finishedAt: null,
      tenantId: 'other',
      kind: 'tenant revoke',
    } as const
    const { dataDir, context, archiver } = await openWith(many, (number) => (number === 3 ? unsettled : {}))
    const { store } = context
    const before = await listActivity(context, { limit: 10_000 })
    expect(before).toHaveLength(many)
    archiver.look()
    await until('the old ones are moved', async () => (await count(store)) === kept + 1)
    expect(idsOf(await store.read((db) => listOperations(db, { unsettled: true })))).toEqual([numbered(3).id])
    expect(await readdir(join(dataDir, 'operations'))).toEqual(['2026-09.jsonl'])

    expect(await listActivity(context, { limit: 10_000 })).toEqual(before)
    const pages: string[] = []
    for (let last: { startedAt: string; id: string } | undefined; ; ) {
      const given = last === undefined ? {} : { before: last.startedAt, beforeId: last.id }
      const page = await listActivity(context, { limit: 190, ...given })
      pages.push(...idsOf(page))
      last = page.at(-1)
      if (last === undefined) break
    }
    expect(pages).toEqual(idsOf(before))
    const ofOne = await listActivity(context, { tenantId: 't5', text: 'ALLOW', limit: 10_000 })
    expect(idsOf(ofOne)).toEqual(idsOf(before.filter(({ tenantId }) => tenantId === 't5')))
    await archiver.close()
  })

  it('are in the archive before they leave the store, and read once where a crash left them in both', async () => {
    const { dataDir, context, archiver } = await openWith(many)
    const before = await listActivity(context, { limit: 10_000 })
    let isCutOff = false
    const write = (): Promise<never> => {
      isCutOff = true
      return Promise.reject(new Error('the program ended here'))
    }
    const ending = createArchiver({ ...context, store: { ...context.store, write } })
    ending.look()
    await until('some are about to leave', async () => isCutOff)
    await ending.close()
    expect(await count(context.store)).toBe(many)
    const path = join(dataDir, 'operations', '2026-09.jsonl')
    const text = await readFile(path, 'utf8')
    expect(text).toContain(`"${numbered(0).id}"`)
    expect(await listActivity(context, { limit: 10_000 })).toEqual(before)
    await appendFile(path, text.slice(0, 90))
    archiver.look()
    await until('the old ones are moved', async () => (await count(context.store)) === kept)
    await archiver.close()
    expect(await listActivity(context, { limit: 10_000 })).toEqual(before)
  })

  it('are left out where their line was altered, and the others are there', async () => {
    const { dataDir, context, archiver } = await openWith(many)
    const before = await listActivity(context, { limit: 10_000 })
    archiver.look()
    await until('the old ones are moved', async () => (await count(context.store)) === kept)
    await archiver.close()
    const path = join(dataDir, 'operations', '2026-09.jsonl')
    const text = await readFile(path, 'utf8')
    await writeFile(
      path,
      text.replace(`"${numbered(1).id}","kind":"tenant allow"`, `"${numbered(1).id}","kind":"tenant grant"`),
    )
    expect(idsOf(await listActivity(context, { limit: 10_000 }))).toEqual(
      idsOf(before).filter((id) => id !== numbered(1).id),
    )
  })

  it('stay in the store while the archive takes none', async () => {
    const { dataDir, context } = await openWith(many)
    await writeFile(join(dataDir, 'operations'), 'a file in the place of the folder')
    let refused = 0
    const append = (given: readonly StoredOperation[]): Promise<void> =>
      context.archive.append(given).catch((error: unknown) => {
        refused += 1
        throw error
      })
    const archiver = createArchiver({ ...context, archive: { ...context.archive, append } })
    archiver.look()
    await until('the disk has refused it', async () => refused > 0)
    await archiver.close()
    expect(await count(context.store)).toBe(many)
  })

  it('leave behind which entries they revoked', async () => {
    const { context } = await openWith(0)
    const entry = (cidr: string) => ({ cidr, label: '' })
    const [a, b, c] = ['203.0.113.1/32', '203.0.113.2/32', '203.0.113.3/32']
    const revoke = (number: number, cidrs: readonly string[]) =>
      numbered(number, {
        ...{ kind: 'tenant revoke', tenantId: 't1' },
        ...{ before: { allow: cidrs.map(entry), revision: 1 }, after: { allow: [] } },
      })
    const allow = (number: number, cidr: string) =>
      numbered(number, { tenantId: 't1', before: { allow: [] }, after: { allow: [entry(cidr)] } })
    const pieces = [
      [revoke(1, [a, b]), allow(2, a)],
      [revoke(3, [a, c]), allow(4, b)],
    ]
    for (const piece of pieces) await context.store.write((db) => forgetOperations(db, piece))
    expect(await context.store.read((db) => listArchivedRevocations(db, 't1'))).toEqual(new Set([a, b, c]))
  })

  it('of a store that b696e63 wrote are taken over, and of their allowlists what changed is shown', async () => {
    const dataDir = await makeFolder()
    const database = new (await initSqlJs()).Database()
    database.run(`${foundation};${lifecycle};${settings};PRAGMA user_version = 3`)
    const list = (...cidrs: string[]) => JSON.stringify({ allow: cidrs.map((cidr) => ({ cidr, label: '' })) })
    const [a, b] = ['203.0.113.1/32', '203.0.113.2/32']
    const operation = database.prepare(`INSERT INTO operations VALUES (${'?, '.repeat(12)}?)`)
    const step = database.prepare(
      "INSERT INTO operation_steps VALUES (?, 0, 'put', 'Let it in', 'done', ?, ?)",
    )
    for (let number = 0; number < many; number += 1) {
      const { id, kind, hostId, tenantId, hostName, tenantName, actor, startedAt } = numbered(number)
      const values = [
        id,
        kind,
        hostId,
        tenantId,
        hostName,
        tenantName,
        actor,
        startedAt,
        startedAt,
        'done',
        null,
      ]
      operation.run([...values, list(a), list(a, b)])
      step.run([id, startedAt, startedAt])
    }
    await writeFile(join(dataDir, 'memharbor.sqlite'), database.export(), { mode: 0o600 })
    const { context, archiver } = await openWith(0, undefined, dataDir)
    archiver.look()
    await until('the old ones are moved', async () => (await count(context.store)) === kept)
    await archiver.close()
    const found = await listActivity(context, { limit: 10_000 })
    expect(idsOf(found)).toEqual(Array.from({ length: many }, (_, index) => numbered(many - 1 - index).id))
    for (const each of [found.at(0), found.at(-1)]) {
      expect(each).toMatchObject({
        ...{ before: { allow: [] }, after: { allow: [{ cidr: b, label: '' }] } },
        steps: [{ sentence: 'Let it in', state: 'done' }],
      })
    }
  })

  it('older than the operator keeps them are exported month by month, the place is told, and they leave', async () => {
    const { dataDir, context } = await openWith(0)
    const { archive, notices, store } = context
    const month = (year: number, month: number) =>
      sampleOperation({
        ...{ id: `of-${year}-${month}`, startedAt: new Date(Date.UTC(year, month - 1, 9)).toISOString() },
        outcome: 'done' as const,
      })
    await archive.append([month(2023, 1), month(2024, 10), month(2024, 11), month(2026, 1)])
    const unread = join(dataDir, 'operations', '2024-10.jsonl')
    await appendFile(unread, 'neither JSON nor a checksum\n')
    const archiver = createArchiver(context)
    archiver.look()
    await until('two months are out', async () => (await archive.months()).length === 2)
    await archiver.close()
    expect(await archive.months()).toEqual(['2026-01', '2024-11'])
    const folder = join(dataDir, 'exported')
    const names = ['2023-01', '2024-10'].map((each) => `memharbor-activity-${each}.json`)
    expect((await readdir(folder)).sort()).toEqual(names)
    const [first = ''] = names
    const read = JSON.parse(await readFile(join(folder, first), 'utf8'))
    expect(read).toMatchObject([{ id: 'of-2023-1', kind: month(2023, 1).kind }])
    expect(await readFile(`${unread}.unread`, 'utf8')).toContain('neither JSON')
    expect(notices.take()).toEqual([
      `The activity of 2023-01 to 2024-10 is older than 2 years and left this panel. It is in ${folder}, a file a month.`,
    ])
    // One that comes late has a file of its own.
    await archive.append([month(2023, 1)])
    await store.write((db) => writeSettings(db, { activityYears: 1 }))
    const later = createArchiver(context)
    later.look()
    await until('two more are out', async () => (await archive.months()).length === 1)
    await later.close()
    expect(await archive.months()).toEqual(['2026-01'])
    expect((await readdir(folder)).sort()).toEqual(
      [...names, 'memharbor-activity-2023-01-2.json', 'memharbor-activity-2024-11.json'].sort(),
    )
  })

  it('stay where they cannot be exported', async () => {
    const { dataDir, context } = await openWith(0)
    const { archive, notices } = context
    await archive.append([sampleOperation({ startedAt: '2023-01-09T00:00:00.000Z', outcome: 'done' })])
    await writeFile(join(dataDir, 'exported'), 'a file where the folder would be')
    await expect(pruneArchive(context)).rejects.toThrow('EEXIST')
    expect(await archive.months()).toEqual(['2023-01'])
    expect(notices.take()).toEqual([])
  })
})
