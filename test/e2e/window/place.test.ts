import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noWindow } from '../journeys/missing.ts'
import { type OpenedWindow, openWindowShell, type WindowShell } from '../journeys/window-shell.ts'
import { openPlainUser, type PlainUser } from '../plain-user.ts'

const first = { x: 100, y: 90, width: 1000, height: 700 }
const second = { x: 40, y: 30, width: 1100, height: 640 }

describe.skipIf(noWindow !== '')(`the window's place${noWindow}`, () => {
  let user: PlainUser
  let shell: WindowShell
  let dataDir: string

  beforeAll(async () => {
    user = await openPlainUser()
    shell = await openWindowShell({ user })
    dataDir = join(user.home, 'data')
    await mkdir(dataDir, { mode: 0o700 })
    await user.own(dataDir)
  })
  afterAll(async () => {
    await shell?.close()
    await user?.remove()
  })

  const readPlace = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(dataDir, 'window/place.json'), 'utf8').catch(() => 'null'))

  const move = ({ app }: OpenedWindow, place: typeof first): Promise<void> =>
    app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), place)

  const observePlace = ({ app }: OpenedWindow): Promise<unknown> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())

  test('is kept a moment after it was moved, and outlives a program that is killed', async () => {
    const window = await shell.open(dataDir)
    const child = window.app.process()
    await move(window, first)
    await expect.poll(readPlace, { timeout: 10_000 }).toEqual({ ...first, maximized: false })
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })

  test('is where the window opens the next time, and is kept when it is closed at once', async () => {
    const window = await shell.open(dataDir)
    expect(await observePlace(window)).toEqual(first)
    await move(window, second)
    await window.close()
    expect(await readPlace()).toEqual({ ...second, maximized: false })
  })
})
