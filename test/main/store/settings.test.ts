import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { defaultSettings } from '../../../src/domain/settings.ts'
import { settings } from '../../../src/main/adapters/store/schema.ts'
import { readSettings, writeSettings } from '../../../src/main/adapters/store/settings.ts'
import { openStore, type Store } from '../../../src/main/adapters/store/store.ts'
import { makeFolder } from '../folder.ts'

const log = pino({ level: 'silent' })

const open = async (folder: string): Promise<Store> => {
  const store = await openStore(folder, { log })
  onTestFinished(() => store.close())
  return store
}

it('a new store has the defaults, and keeps what was changed', async () => {
  const folder = await makeFolder()
  const first = await open(folder)
  expect(await first.read(readSettings)).toEqual(defaultSettings)
  const portRange = { from: 21_000, to: 21_999 }
  await first.write((db) => writeSettings(db, { theme: 'dark', portRange }))
  await first.write((db) => writeSettings(db, { theme: 'light' }))
  await first.close()
  const second = await open(folder)
  expect(await second.read(readSettings)).toEqual({ ...defaultSettings, theme: 'light', portRange })
})

it.each([
  ['theme', 'not JSON'],
  ['theme', '"purple"'],
  ['newTenant', '{"memoryMb":-5,"maxConnections":1024}'],
  ['newTenant', '{"memoryMb":64}'],
  ['portRange', '{"from":1,"to":2}'],
  ['tenantColumns', '1'],
  ['hovercraft', '"eels"'],
  ['__proto__', '{"theme":"dark"}'],
])('a row that says %s is %s reads as the default', async (key, value) => {
  const store = await open(await makeFolder())
  await store.write((db) => {
    db.insert(settings).values({ key, value }).run()
  })
  expect(await store.read(readSettings)).toEqual(defaultSettings)
})
