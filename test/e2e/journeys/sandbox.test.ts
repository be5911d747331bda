import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { awaitTraces, expectNothingLeft } from '../../hosts/sandbox-traces.ts'
import { type Checkout, openCheckout } from '../checkout.ts'
import { findChromium, type OpenedChromium, openChromium } from '../chromium.ts'
import { openPlainUser, type PlainUser } from '../plain-user.ts'
import { check, type Findings } from './checking.ts'
import { findRow, patienceMs, see } from './driver.ts'
import { useKeyboard } from './keyboard.ts'
import { noBrowser } from './missing.ts'
import { startPanelProcess } from './panel-process.ts'
import { usePointer } from './pointer.ts'
import { openSandbox, startSandbox, stopSandbox } from './sandbox.ts'
import { makeDataDir } from './world.ts'

const longest = 300_000

describe.skipIf(noBrowser !== '')(`a sandbox from the first screen${noBrowser}`, () => {
  let user: PlainUser
  let checkout: Checkout
  let chromium: OpenedChromium
  let panels = 0

  beforeAll(async () => {
    user = await openPlainUser()
    checkout = await openCheckout()
    chromium = await openChromium(findChromium() ?? '', user)
  })
  afterAll(async () => {
    await chromium?.close()
    await checkout?.remove()
    await user?.remove()
  })

  /** The panel on an empty store, run by that operator and shown in a browser of its own. */
  const openPanel = async (operator: PlainUser) => {
    panels += 1
    const dataDir = await makeDataDir({ user: operator }, `data-${panels}`)
    const panel = await startPanelProcess(checkout, operator, dataDir)
    onTestFinished(panel.kill)
    const context: BrowserContext = await chromium.browser.newContext({
      viewport: { width: 1280, height: 800 },
    })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(patienceMs)
    await page.goto(panel.link)
    return { panel, page, dataDir }
  }

  /** Only root and who has sudo can make namespaces. The panel ends with the test, as an ordinary user's does. */
  const root = (): PlainUser => ({
    ...user,
    as: (program, args) => ['setpriv', ['--pdeathsig=KILL', program, ...args]],
    own: async () => {},
  })

  test(
    'is started, opened in a tab of its own and taken away, by keys',
    async () => {
      const { panel, page, dataDir } = await openPanel(root())
      const driver = useKeyboard(page)
      await startSandbox(driver)
      const tab = await openSandbox(driver)
      await findRow(tab, 'demo').getByText('Running').waitFor()
      // It offers no sandbox in the sandbox.
      await tab.goto(`${new URL(tab.url()).origin}/#/hosts/new`)
      await see(tab, 'A server over SSH')
      await see(tab, /No Docker|Docker answers|Docker does not|use Docker/)
      expect(await tab.getByText('Try it in a sandbox').count()).toBe(0)
      const findings: Findings = []
      await check(page, 'a sandbox that is up', findings)
      expect(findings).toEqual([])
      const traces = await awaitTraces(panel.pid)
      await stopSandbox(driver)
      await expectNothingLeft(traces)
      await see(tab, 'The panel has ended.')
      // The operator's own store has nothing of it.
      await see(page, 'Where should the caches run?')
      const log = await readFile(join(dataDir, 'memharbor.log'), 'utf8')
      expect(log).toContain('a sandbox was started')
      expect(log).not.toContain('token')
    },
    longest,
  )

  test(
    'ends with the panel while it is made',
    async () => {
      const { panel, page } = await openPanel(root())
      await startSandbox(usePointer(page))
      const traces = await awaitTraces(panel.pid)
      await panel.stop()
      await expectNothingLeft(traces)
    },
    longest,
  )

  test(
    'tells what failed with the words of its programs, and is tried again',
    async () => {
      const { page } = await openPanel(root())
      const driver = usePointer(page)
      const source = join(checkout.path, 'test/hosts/try/main.ts')
      await rename(source, `${source}.away`)
      await driver.press(['button', 'Start a sandbox'])
      await see(page, 'The sandbox does not run: the sandbox could not be built.', 30_000)
      await driver.press(['button', 'Details'])
      await see(page, /test\/hosts\/try\/main\.ts/)
      await rename(`${source}.away`, source)
      await driver.press(['button', 'Try again'])
      await see(page, 'Making the sandbox.')
      await stopSandbox(driver)
    },
    longest,
  )

  test('is a command to copy where sudo asks for a password, and why is told', async () => {
    const { page } = await openPanel(user)
    await see(page, /The sandbox needs root, and sudo asks for a password here/)
    await see(page, 'npm run try')
    expect(await page.getByRole('button', { name: 'Start a sandbox' }).count()).toBe(0)
  })
})
