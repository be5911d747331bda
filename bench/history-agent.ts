/**
 * One build's part of the benchmark `history`: its store. It depends on nothing but parts that every build since b696e63
 * has, so that it can be copied into an older checkout.
 *
 * argv: how many operations. Prints `ready`; then for each line of standard input, a word and a data folder, milliseconds:
 * after `fill` those that it took to write operations as two years leave them, tenants that were changed over and over,
 * each with what was so before and after; after `fold` the longest in which the process did nothing else while as much was
 * changed as makes the store write its file anew.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { insertHost, updateHost } from '../src/main/adapters/store/hosts.ts'
import { insertOperation } from '../src/main/adapters/store/operations.ts'
import { openStore } from '../src/main/adapters/store/store.ts'
import { insertTenant, updateTenant } from '../src/main/adapters/store/tenants.ts'
import { sampleHost, sampleOperation, sampleTenant } from '../test/main/store/samples.ts'

const tenants = 100
/** The last operation is of now, the first of about two years ago. */
const apartMs = 600_000
const atOnce = 2_000
/** Changes of a kilobyte each: the journal is folded into the file at 1 MiB. */
const changes = 1_500
const text = 'x'.repeat(1_000)
const log = pino({ level: 'silent' })

const count = Number(process.argv[2])
process.stdout.write('ready\n')
for await (const line of createInterface(process.stdin)) {
  const [word, folder = ''] = line.split(' ')
  process.stdout.write(`${await (word === 'fill' ? fill(folder) : fold(folder))}\n`)
}
process.exit(0)

async function fill(folder: string): Promise<number> {
  const began = performance.now()
  const store = await openStore(folder, { log })
  await store.write((db) => {
    insertHost(db, sampleHost())
    // Nobody is reached.
    updateHost(db, 'host-1', { target: { kind: 'socket', path: join(folder, 'nowhere.sock') } })
    for (let number = 0; number < tenants; number += 1) insertTenant(db, sampleTenant(number))
  })
  for (let from = 0; from < count; from += atOnce) {
    await store.write((db) => {
      for (let number = from; number < Math.min(from + atOnce, count); number += 1)
        insertOperation(db, changed(number))
    })
  }
  await store.close()
  return performance.now() - began
}

function changed(number: number): ReturnType<typeof sampleOperation> {
  const { id: tenantId, name: tenantName, ...desired } = sampleTenant(number % tenants)
  const at = new Date(Date.now() - (count - number) * apartMs).toISOString()
  const allow = [1, 2, 3].map((last) => ({ cidr: `198.51.100.${last}/32`, label: 'office' }))
  const before = JSON.parse(JSON.stringify({ name: tenantName, ...desired }))
  const step = { kind: 'put', state: 'done' as const, startedAt: at, finishedAt: at }
  return sampleOperation({
    ...{
      id: `operation-${number}`,
      kind: 'tenant allow',
      tenantId,
      tenantName,
      startedAt: at,
      finishedAt: at,
    },
    ...{ outcome: 'done', before, after: { ...before, allow } },
    steps: ['Look at the host', 'Write the record and the filter'].map((sentence, position) => ({
      ...{ ...step, position, sentence },
    })),
  })
}

async function fold(folder: string): Promise<number> {
  const store = await openStore(folder, { log })
  const writtenAt = async (): Promise<number> => (await stat(store.path)).mtimeMs
  const before = await writtenAt()
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  for (let number = 0; number < changes; number += 1) {
    await store.write((db) => updateTenant(db, `tenant-${number % tenants}`, { notes: `${number} ${text}` }))
    await new Promise(setImmediate)
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  delay.disable()
  if ((await writtenAt()) === before) throw new Error('the store was not written anew')
  await store.close()
  return delay.max / 1e6
}
