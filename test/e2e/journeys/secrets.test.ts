import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type BrowserStage, openBrowserStage } from './browser-stage.ts'
import { type DesktopSession, openDesktopSession } from './desktop-session.ts'
import { patienceMs } from './driver.ts'
import { useKeyboard } from './keyboard.ts'
import { noBrowser, noKeyring } from './missing.ts'
import { startPanelProcess } from './panel-process.ts'
import { usePointer } from './pointer.ts'
import { keepInKeyring, keepNowhere, reachAgain, unlockAgain } from './secrets.ts'
import { makeDataDir } from './world.ts'

const hands = [
  ['by pointer', usePointer],
  ['by keys', useKeyboard],
] as const

describe.skipIf(noBrowser !== '')(`the passphrase of a key${noBrowser}`, () => {
  let stage: BrowserStage

  beforeAll(async () => {
    stage = await openBrowserStage()
  })
  afterAll(() => stage?.close())

  /** A panel on that store, in a window of its own, until the work ends. */
  const inPanel = async (
    dataDir: string,
    session: Pick<DesktopSession, 'env'>,
    work: (page: Page) => Promise<void>,
  ): Promise<void> => {
    const panel = await startPanelProcess(stage.app, stage.world.user, dataDir, session)
    try {
      const context = await stage.chromium.browser.newContext({ viewport: { width: 1280, height: 800 } })
      const page = await context.newPage()
      page.setDefaultTimeout(patienceMs)
      await page.goto(panel.link)
      await work(page)
      await context.close()
    } finally {
      await panel.stop()
    }
  }

  /** Everything in the store's folder, as one text. */
  const readAll = async (dataDir: string): Promise<string> => {
    const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    const texts = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'))
    return (await Promise.all(texts)).join('\n')
  }

  test.skipIf(noKeyring !== '').each(hands)(
    `is kept by a real Secret Service, %s${noKeyring}`,
    async (how, use) => {
      const { world } = stage
      const dataDir = await makeDataDir(world, `with-keyring ${how}`)
      const session = await openDesktopSession(world.user, await makeDataDir(world, `session ${how}`))
      onTestFinished(session.close)
      await inPanel(dataDir, session, (page) => keepInKeyring(use(page), world))
      await inPanel(dataDir, session, (page) => reachAgain(use(page)))
      expect(await readAll(dataDir)).not.toContain(world.host.passphrase)
    },
  )

  test.each(hands)('is asked for after every start where there is none, %s', async (how, use) => {
    const { world } = stage
    const dataDir = await makeDataDir(world, `without-keyring ${how}`)
    const session = { env: {} }
    await inPanel(dataDir, session, (page) => keepNowhere(use(page), world))
    await inPanel(dataDir, session, (page) => unlockAgain(use(page), world))
    expect(await readAll(dataDir)).not.toContain(world.host.passphrase)
  })
})
