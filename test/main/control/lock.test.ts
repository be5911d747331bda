import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { takeStore } from '../../../src/main/control/lock.ts'
import { openOwner } from '../../../src/main/control/owner.ts'
import { makeFolder } from '../folder.ts'
import { type BuiltProgram, buildProgram } from '../program.ts'

let program: BuiltProgram
beforeAll(async () => {
  program = await buildProgram(new URL('owner-program.ts', import.meta.url).pathname)
})
afterAll(() => program.remove())

async function startHolder(dataDir: string) {
  const holder = execa(process.execPath, [program.path, dataDir, 'hold'], { reject: false })
  onTestFinished(() => void holder.kill('SIGKILL'))
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  // In an object, because execa's process is a promise of its end.
  return { holder }
}

test('one process holds a store once, and again after letting go', async () => {
  const dataDir = await makeFolder()
  const lock = await takeStore(dataDir, 'panel')
  expect(await takeStore(dataDir, 'command')).toBeUndefined()
  expect(JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8'))).toEqual({
    pid: process.pid,
    what: 'panel',
  })
  lock?.release()
  lock?.release()
  const again = await takeStore(dataDir, 'command')
  expect(again).toBeDefined()
  again?.release()
})

test('a second program waits, then says who is in the way', async () => {
  const dataDir = await makeFolder()
  const { holder } = await startHolder(dataDir)
  const started = performance.now()
  await expect(openOwner(dataDir, { serve: false, waitMs: 300 })).rejects.toMatchObject({
    problem: { code: 'STORE_BUSY', details: { path: dataDir, owner: `a command (process ${holder.pid})` } },
  })
  expect(performance.now() - started).toBeGreaterThanOrEqual(300)
  const stop = new AbortController()
  const waiting = openOwner(dataDir, { serve: false, signal: stop.signal })
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ problem: { code: 'CANCELLED' } })
})

test('the lock of a killed process is free, and a waiting program gets it', async () => {
  const dataDir = await makeFolder()
  const { holder } = await startHolder(dataDir)
  const waiting = openOwner(dataDir, { serve: true })
  holder.kill('SIGKILL')
  const access = await waiting
  expect(access.kind).toBe('owner')
  if (access.kind === 'owner') access.release()
})

test('two processes that compete 50 times are never inside together and lose no write', async () => {
  const dataDir = await makeFolder()
  const compete = (name: string) => execa(process.execPath, [program.path, dataDir, name, '25'])
  await Promise.all([compete('a'), compete('b')])
  const store = await openStore(dataDir, { log: pino({ level: 'silent' }) })
  expect(await store.read(listHosts)).toHaveLength(50)
  expect(store.warning).toBeUndefined()
  await store.close()
})
