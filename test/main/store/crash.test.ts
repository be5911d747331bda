import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { pino } from 'pino'
import initSqlJs from 'sql.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { listTenants } from '../../../src/main/adapters/store/tenants.ts'
import { makeFolder } from '../folder.ts'
import { type BuiltProgram, buildCommandLine, buildProgram } from '../program.ts'

let program: BuiltProgram
let commandLine: Pick<BuiltProgram, 'path'>
beforeAll(async () => {
  program = await buildProgram(new URL('append-program.ts', import.meta.url).pathname)
  commandLine = await buildCommandLine()
})
afterAll(async () => {
  await program.remove()
})

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
  timeout: 400_000,
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

test('a command after a kill sees what was saved, and leaves one plain file', {
  timeout: 180_000,
}, async () => {
  const folder = await makeFolder()
  const said = await writeAndKill(folder, 200)
  expect(said.length).toBeGreaterThan(0)
  expect(await readdir(folder)).toContain('memharbor.sqlite.journal')
  // A quick disk takes more than the hundred that are listed unless told.
  const args = [commandLine.path, 'activity', 'list', '--limit', '1000', '--json']
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, MEMHARBOR_DATA: folder }
  const { stdout, stderr } = await execa(process.execPath, args, { extendEnv: false, env })
  expect(stderr).toBe('')
  const listed = new Set((JSON.parse(stdout) as { tenant: string }[]).map(({ tenant }) => tenant))
  expect(said.filter((number) => !listed.has(`tenant ${number}`))).toEqual([])
  expect(await readdir(folder)).not.toContain('memharbor.sqlite.journal')
  const { Database } = await initSqlJs()
  const file = new Database(new Uint8Array(await readFile(join(folder, 'memharbor.sqlite'))))
  const rows = file.exec('SELECT count(*) FROM operations')[0]?.values
  expect(rows).toEqual([[listed.size]])
})
