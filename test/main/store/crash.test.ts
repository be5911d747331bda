import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { listTenants } from '../../../src/main/adapters/store/tenants.ts'
import { makeFolder } from '../folder.ts'
import { type BuiltProgram, buildProgram } from '../program.ts'

let program: BuiltProgram
beforeAll(async () => {
  program = await buildProgram(new URL('append-program.ts', import.meta.url).pathname)
})
afterAll(() => program.remove())

/** Starts the writer, kills it some milliseconds after its first word, and returns the numbers it said were saved. */
async function writeAndKill(folder: string, afterMs: number): Promise<number[]> {
  const writer = execa(process.execPath, [program.path, folder], { reject: false })
  await new Promise<void>((resolve) => {
    writer.stdout.once('data', () => resolve())
    writer.once('exit', () => resolve())
  })
  await setTimeout(afterMs)
  writer.kill('SIGKILL')
  const { stdout, stderr } = await writer
  expect(stderr).toBe('')
  return stdout.split('\n').filter(Boolean).map(Number)
}

test('a process that is killed while it saves loses nothing that it called saved', {
  timeout: 180_000,
}, async () => {
  const folder = await makeFolder()
  const said = new Set<number>()
  for (let round = 0; round < 15; round++) {
    for (const number of await writeAndKill(folder, Math.random() * 40)) said.add(number)
    const store = await openStore(folder, { log: pino({ level: 'silent' }) })
    const found = new Set((await store.read((db) => listTenants(db))).map((tenant) => tenant.id))
    await store.close()
    expect(store.warning).toBeUndefined()
    expect([...said].filter((number) => !found.has(`tenant-${number}`))).toEqual([])
  }
  expect(said.size).toBeGreaterThan(15)
})
