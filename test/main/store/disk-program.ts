import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { ProblemError } from '../../../src/domain/problem-error.ts'
import { insertHost } from '../../../src/main/adapters/store/hosts.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import { insertTenant, listTenants } from '../../../src/main/adapters/store/tenants.ts'
import { sampleHost, sampleTenant } from './samples.ts'

/** Runs in a mount namespace of its own, on a small disk, and prints what it saw as JSON. */
const disk = process.argv[2] ?? ''
const log = pino({ level: 'silent' })
const store = await openStore(join(disk, 'data'), { log })
await store.write((db) => insertHost(db, sampleHost()))

async function tryInsert(numbers: number[]): Promise<string[]> {
  const insert = (n: number) =>
    store.write((db) => insertTenant(db, sampleTenant(n, { notes: 'x'.repeat(3_000) })))
  const results = await Promise.allSettled(numbers.map(insert))
  return results.map((each) => {
    if (each.status === 'fulfilled') return 'saved'
    const { problem } = each.reason instanceof ProblemError ? each.reason : { problem: undefined }
    return problem?.code === 'STORE_UNUSABLE' ? problem.details.reason : String(each.reason)
  })
}

const count = async (of: Store): Promise<number> => (await of.read((db) => listTenants(db))).length

const before = await tryInsert([1, 2])
const ballast = join(disk, 'ballast')
await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined)
const full = tryInsert([3, 4])
const readWhileFailing = await count(store)
const whileFull = await full
const countWhileFull = await count(store)
await rm(ballast)
const afterwards = await tryInsert([5])
execFileSync('mount', ['-o', 'remount,ro', disk])
const readOnly = await tryInsert([6])
const countReadOnly = await count(store)
await store.close()
const reopened = await openStore(join(disk, 'data'), { log })
const countReopened = await count(reopened)
process.stdout.write(
  JSON.stringify({
    before,
    readWhileFailing,
    whileFull,
    countWhileFull,
    afterwards,
    readOnly,
    countReadOnly,
    countReopened,
    warning: reopened.warning ?? null,
  }),
)
