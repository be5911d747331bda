import type { Page } from 'playwright-core'
import { type BuiltApp, buildApp } from '../build-app.ts'
import { findChromium, type OpenedChromium, openChromium } from '../chromium.ts'
import { patienceMs } from './driver.ts'
import { startPanelProcess } from './panel-process.ts'
import type { Stage } from './stage.ts'
import { makeDataDir, startWorld } from './world.ts'

/** The panel as a program of the operator's, in Chromium with its sandbox on. */
export interface BrowserStage extends Stage {
  readonly app: BuiltApp
  readonly chromium: OpenedChromium
}

/** @param prepare does something with the page before the panel is loaded */
export async function openBrowserStage(prepare?: (page: Page) => Promise<void>): Promise<BrowserStage> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).reverse()) await step()
  }
  try {
    const [world, app] = await Promise.all([startWorld(), buildApp()])
    opened.push(world.stop)
    const chromium = await openChromium(findChromium() ?? '', world.user)
    opened.push(chromium.close)
    const dataDir = await makeDataDir(world)
    const panel = await startPanelProcess(app, world.user, dataDir)
    opened.push(panel.stop)
    const context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } })
    opened.push(() => context.close())
    const complaints: string[] = []
    context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    context.on('weberror', (error) => complaints.push(error.error().message))
    const page = await context.newPage()
    page.setDefaultTimeout(patienceMs)
    await prepare?.(page)
    await page.goto(panel.link)
    return { page, world, dataDir, complaints, app, chromium, close }
  } catch (error) {
    await close()
    throw error
  }
}
