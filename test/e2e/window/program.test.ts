import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { execa } from 'execa'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import { connectControl } from '../../../src/main/control/client.ts'
import { noWindow } from '../journeys/missing.ts'
import { openSeededWindow, type SeededWindow } from './seeded-window.ts'

describe.skipIf(noWindow !== '')(`the window and its program${noWindow}`, () => {
  let stage: SeededWindow
  let app: ElectronApplication
  let page: Page

  beforeAll(async () => {
    stage = await openSeededWindow()
    ;({ app, page } = stage)
  })
  afterAll(() => stage?.close())

  test('shows what the router knows', async () => {
    await stage.goTo('hosts')
    await page.getByText('tor', { exact: true }).first().waitFor()
    await stage.goTo('settings')
    await page.getByText(stage.dataDir).first().waitFor()
  })

  test('a command line on the same data goes through the panel', async () => {
    const owner = JSON.parse(await readFile(join(stage.dataDir, 'lock'), 'utf8')) as unknown
    expect(owner).toMatchObject({ what: 'panel', pid: await app.evaluate(() => process.pid) })
    const { exitCode, stdout, stderr } = await stage.runCli('host', 'list', '--json')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'tor', mode: 'filtered' }])
  })

  test('what a command line changes is seen', async () => {
    expect(await stage.runCli('host', 'edit', 'tor', '--rename', 'toronto')).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    await stage.goTo('hosts')
    await page.getByText('toronto', { exact: true }).first().waitFor()
  })

  test('the desktop is light or dark as the settings say, at once', async () => {
    const { link, close } = await connectControl(join(stage.dataDir, 'control.sock'))
    const client: Client = createORPCClient(link)
    expect(await client.settings.change({ theme: 'dark' })).toMatchObject({ theme: 'dark' })
    close()
    expect(await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
    expect(await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`)).toBe(true)
  })

  test('a page that wants to be asked before it is left is, in words, and stays or goes as is answered', async () => {
    const answer = (response: number): Promise<unknown> =>
      app.evaluate(({ dialog }, chosen) => {
        const asked = globalThis as typeof globalThis & { asked?: string[] }
        asked.asked = []
        // The system's dialog asks nobody here.
        dialog.showMessageBox = async (...given: unknown[]) => {
          asked.asked?.push(JSON.stringify(given.at(-1)))
          return { response: chosen, checkboxChecked: false }
        }
      }, response)
    const asked = (): Promise<string[]> =>
      app.evaluate(() => (globalThis as typeof globalThis & { asked?: string[] }).asked ?? [])
    // Chromium asks only for a page that somebody has used.
    await page.keyboard.press('Shift')
    await page.evaluate(
      `addEventListener('beforeunload', (event) => event.preventDefault()); window.marked = true`,
    )
    await answer(0)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(asked, { timeout: 10_000 }).toHaveLength(1)
    expect((await asked())[0]).toContain('the rest is not done')
    expect(await page.evaluate('window.marked')).toBe(true)
    await answer(1)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
    // While it is loaded again, nobody answers.
    const marked = (): Promise<unknown> => page.evaluate('window.marked').catch(() => true)
    await expect.poll(marked, { timeout: 10_000 }).toBeUndefined()
    expect(await asked()).toHaveLength(1)
  })

  test('the right mouse button offers editing in a field, and nothing beside it', async () => {
    await app.evaluate(({ Menu }) => {
      const offered: unknown[] = []
      Object.assign(globalThis, { offered })
      Menu.prototype.popup = function () {
        offered.push(this.items.map(({ role, type }) => role ?? type))
      }
    })
    await stage.goTo('settings')
    const field = page.getByRole('textbox').first()
    await field.click({ button: 'right' })
    const offered = () => app.evaluate(() => (globalThis as { offered?: unknown }).offered)
    await expect.poll(offered).toEqual([['cut', 'copy', 'paste', 'separator', 'selectall']])
    await page.getByRole('heading', { level: 1 }).click({ button: 'right' })
    await field.click({ button: 'right' })
    await expect.poll(async () => ((await offered()) as unknown[]).length).toBe(2)
  })

  test('a page whose process has ended is loaded again', async () => {
    const read = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
      )
    const processId = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId())
    const before = await processId()
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    )
    await expect.poll(processId, { timeout: 20_000 }).not.toBe(before)
    await expect.poll(read, { timeout: 20_000 }).toContain('Settings')
  })

  test('a second start shows the window that is there', async () => {
    expect(await stage.shell.startAgain(stage.dataDir)).toMatchObject({ status: 0 })
    expect(app.windows()).toHaveLength(1)
  })

  test('a store that cannot be used is told', async () => {
    const path = join(stage.user.home, 'shared')
    await mkdir(path)
    await writeFile(join(path, 'notes'), '')
    await execa('chmod', ['0777', path])
    await stage.user.own(path)
    const { command, env } = stage.shell.command(path)
    // The dialog waits for somebody to read it.
    const refused = execa(...command, { env, extendEnv: false, reject: false, timeout: 30_000 })
    let said = ''
    for await (const line of refused.iterable({ from: 'stderr' })) {
      if (!line.includes('cannot be used')) continue
      said = line
      refused.kill('SIGKILL')
    }
    expect(said).toContain(`The store ${path} cannot be used: other users may write in this folder.`)
  })

  test('closing the window ends the program and frees the store', async () => {
    const child = app.process()
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()).catch(() => {})
    expect(await ended).toBe(0)
    expect(existsSync(join(stage.dataDir, 'control.sock'))).toBe(false)
    // Where it was is kept for the next time.
    const place = JSON.parse(await readFile(join(stage.dataDir, 'window/place.json'), 'utf8')) as unknown
    expect(place).toMatchObject({ width: 1280, height: 800, maximized: false })
    const { exitCode, stdout } = await stage.runCli('host', 'list', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'toronto' }])
  })
})
