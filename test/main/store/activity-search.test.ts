import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import { openArchive } from '../../../src/main/adapters/store/archive.ts'
import { insertHost } from '../../../src/main/adapters/store/hosts.ts'
import { insertOperation } from '../../../src/main/adapters/store/operations.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import { insertTenant } from '../../../src/main/adapters/store/tenants.ts'
import { exportActivity } from '../../../src/main/services/activity/export-activity.ts'
import { listActivity } from '../../../src/main/services/activity/list-activity.ts'
import { logOthers } from '../../../src/main/services/host/log-others.ts'
import { sampleHost, sampleOperation, sampleTenant } from './samples.ts'

const startedAt = '2026-11-22T10:00:00.000Z'
const old = { startedAt: '2026-11-21T10:00:00.000Z', finishedAt: startedAt, outcome: 'done' } as const
const kind = { prepare: 'host prepare', allow: 'tenant allow' } as const

/** Older than the 700 others, so that none of them is on the first page. */
const few = [
  sampleOperation({ ...old, id: 'prepared', kind: kind.prepare, tenantId: null, tenantName: null }),
  sampleOperation({ ...old, id: 'percent', tenantName: '100%_sure' }),
  sampleOperation({ ...old, id: 'letter', tenantName: 'CAFÉ Ärger', actor: 'zoe@\\laptop' }),
  sampleOperation({
    ...{ ...old, outcome: 'failed' as const, id: 'silent', tenantName: 'slow' },
    problem: { code: 'TIMED_OUT', details: { host: 'tor', action: 'look around', afterMs: 5000 } },
  }),
]
/** All of the same millisecond. */
const many = Array.from({ length: 700 }, (_, n) =>
  sampleOperation({
    ...{ id: `many-${String(n).padStart(3, '0')}`, startedAt, finishedAt: startedAt, outcome: 'done' },
    ...{ kind: kind.allow, tenantName: `shop ${n}` },
  }),
)

describe('the log, searched as a whole', () => {
  let folder: string
  let store: Store
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    store = await openStore(folder, { log: pino({ level: 'silent' }) })
    await store.write((db) => {
      for (const operation of [...few, ...many]) insertOperation(db, operation)
    })
  })
  afterAll(async () => {
    await store?.close()
    await rm(folder, { recursive: true, force: true })
  })
  const context = () => ({
    ...{ store, archive: openArchive(folder, pino({ level: 'silent' })), now: () => new Date(startedAt) },
    running: { find: () => undefined } as never,
  })

  test('one tenant is told from the one that had its name before', async () => {
    const tenantName = 'victim'
    await store.write((db) => {
      for (const id of ['first', 'second'])
        insertOperation(db, sampleOperation({ ...old, id: `of-${id}`, tenantId: id, tenantName }))
    })
    const byId = await listActivity(context(), { tenantId: 'second' })
    expect(byId).toMatchObject([{ id: 'of-second', tenant: tenantName, tenantId: 'second' }])
    const byName = await listActivity(context(), { tenant: tenantName })
    expect(byName.map(({ id }) => id)).toEqual(['of-second', 'of-first'])
  })

  test('one that was renamed and deleted has all of its history', async () => {
    const id = 'tenant-7'
    const deleted = sampleTenant(7, { name: 'fresh', phase: 'deleted', deletedAt: startedAt })
    await store.write((db) => {
      insertHost(db, sampleHost())
      insertTenant(db, deleted)
      for (const tenantName of ['stale', 'fresh'])
        insertOperation(db, sampleOperation({ ...old, id: `as-${tenantName}`, tenantId: id, tenantName }))
    })
    const found = await listActivity(context(), { tenant: 'fresh' })
    expect(found.map(({ tenant }) => tenant).sort()).toEqual(['fresh', 'stale'])
  })

  test('what another panel did took no time, however the clock goes on', async () => {
    const moments = [1, 2, 3].map((ms) => new Date(Date.parse(old.startedAt) + ms))
    const clock = { newId: () => 'of-other', now: () => moments.shift() ?? new Date(startedAt) }
    const tenant = { id: 'tenant-8', name: 'elsewhere' }
    await store.write((db) => logOthers(db, clock, sampleHost(), [{ kind: kind.allow, tenant }]))
    expect(await listActivity(context(), { tenant: 'elsewhere' })).toMatchObject([{ tookMs: 0 }])
  })

  test.each<[text: string, ids: string[]]>([
    ['prepare', ['prepared']],
    ['PREPARE tor', ['prepared']],
    ['100%', ['percent']],
    ['%_s', ['percent']],
    ['_', ['percent']],
    ['café', ['letter']],
    ['ärger zoe', ['letter']],
    ['@\\laptop', ['letter']],
    // Of a sentence that is made from a problem.
    ['did not answer in', ['silent']],
    ['prepare café', []],
    ['nobody', []],
    // People read: Allow addresses for shop 7.
    ['addresses shop 699', ['many-699']],
  ])('%o', async (text, ids) => {
    const found = await listActivity(context(), { text })
    expect(found.map(({ id }) => id)).toEqual(ids)
    const { text: file } = await exportActivity(context(), { text, format: 'json' })
    expect((JSON.parse(file) as Operation[]).map(({ id }) => id)).toEqual(ids)
  })

  test('in pages, also where all began at the same moment', async () => {
    const paged: Operation[] = []
    for (let last = paged.at(-1); ; last = paged.at(-1)) {
      const after = last === undefined ? {} : { before: last.startedAt, beforeId: last.id }
      const page = await listActivity(context(), { text: 'shop', limit: 300, ...after })
      paged.push(...page)
      if (page.length < 300) break
    }
    expect(paged.map(({ id }) => id)).toEqual(many.map(({ id }) => id).reverse())
  })
})
