import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DevCopy, openDevCopy } from './dev-copy.ts'
import { type DevProcess, debuggerLine, startDevProcess } from './dev-process.ts'
import { openDisplay } from './display.ts'
import { findElectron, prepareRuntime } from './electron-runtime.ts'
import { openAll } from './journeys/closers.ts'
import { noWindow } from './journeys/missing.ts'
import { collectComplaints } from './journeys/shell.ts'
import { openPlainUser } from './plain-user.ts'

describe.skipIf(noWindow !== '')(`npm run dev${noWindow}`, () => {
  let copy: DevCopy
  let dev: DevProcess
  let browser: Browser
  let page: Page
  let close: () => Promise<void>

  /** The page of the window that is there now, by the engine's debugger. */
  const connect = async (address: string): Promise<void> => {
    await browser?.close()
    browser = await chromium.connectOverCDP(address)
    const context = browser.contexts()[0]
    if (context === undefined) throw new Error('the window has no pages')
    page = context.pages()[0] ?? (await context.waitForEvent('page'))
    await showPage()
  }

  /**
   * Loads the page again until all of its many files came: the engine gives up what it is fetching whenever a network
   * of this machine comes or goes, as those of the sandbox hosts of other tests do.
   */
  const showPage = async (): Promise<void> => {
    const isShown = (): Promise<boolean> =>
      page
        .getByLabel('Address', { exact: true })
        .waitFor({ timeout: 10_000 })
        .then(
          () => true,
          () => false,
        )
    while (!(await isShown())) await page.reload()
  }

  const edit = async (file: string, change: (text: string) => string): Promise<void> => {
    const path = join(copy.path, 'src', file)
    const before = await readFile(path, 'utf8')
    expect(change(before)).not.toBe(before)
    await writeFile(path, change(before))
  }

  beforeAll(async () => {
    close = await openAll(async (parts) => {
      const user = await openPlainUser()
      parts.push(user.remove)
      const display = await openDisplay()
      parts.push(display.close)
      copy = await openDevCopy(user)
      parts.push(copy.remove)
      const runtime = await prepareRuntime(findElectron() ?? '', copy.path)
      parts.push(runtime.remove)
      dev = startDevProcess(copy.path, user, {
        DISPLAY: display.name,
        MEMHARBOR_DATA: join(user.home, 'data'),
        ELECTRON_EXEC_PATH: runtime.executable,
      })
      parts.push(dev.stop)
      await connect(await dev.hear(debuggerLine))
      parts.push(() => browser.close())
      return parts.close
    })
  })
  afterAll(() => close?.())

  test('an edit of the page is shown at once, and what was typed stays', async () => {
    const complaints = collectComplaints(page)
    const field = page.getByLabel('Address', { exact: true })
    await field.fill('203.0.113.7')
    await edit('renderer/features/first-run/first-run.tsx', (text) =>
      text.replace('Where should the caches run?', 'Where shall they be?'),
    )
    await page.getByText('Where shall they be?').waitFor()
    await edit('renderer/style.css', (text) => `${text}\nh1 { letter-spacing: 3px; }\n`)
    const spacing = `getComputedStyle(document.querySelector('h1')).letterSpacing`
    await expect.poll(() => page.evaluate(spacing), { timeout: 15_000 }).toBe('3px')
    expect(await field.inputValue()).toBe('203.0.113.7')
    expect(complaints).toEqual([])
  })

  test('an edit of the preload loads the page again', async () => {
    const field = page.getByLabel('Address', { exact: true })
    const heard = page.waitForEvent('console', (message) => message.text() === 'edited preload')
    await edit('preload/index.ts', (text) => `${text}\nconsole.log('edited preload')\n`)
    await heard
    await showPage()
    expect(await field.inputValue()).toBe('')
  })

  test('an edit of the program starts it again', async () => {
    const heard = [dev.hear(/^(edited main)$/m), dev.hear(debuggerLine)] as const
    await edit('main/index.ts', (text) => `${text}\nconsole.log('edited main')\n`)
    const [, address] = await Promise.all(heard)
    await connect(address)
    await page.getByText('Where shall they be?').waitFor()
  })
})
