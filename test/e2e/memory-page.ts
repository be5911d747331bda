import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { serveBrowser } from '../../src/main/web/serve-browser.ts'
import { type MemoryPanel, openMemoryPanel } from '../memory-host/open-memory-panel.ts'
import { buildApp } from './build-app.ts'
import { findChromium, openChromium } from './chromium.ts'
import { openAll } from './journeys/closers.ts'
import { openPlainUser } from './plain-user.ts'

/** The built page in Chromium, on a panel whose hosts are only in memory. */
export interface MemoryPage {
  readonly panel: MemoryPanel
  readonly page: Page
  close(): Promise<void>
}

export interface MemoryPageOptions {
  readonly tenants: number
  /** Puts more into the store before the page is loaded. */
  readonly furnish?: (panel: MemoryPanel) => Promise<void>
}

/** The table of tenants is shown. */
export function openMemoryPage({ tenants, furnish }: MemoryPageOptions): Promise<MemoryPage> {
  return openAll(async ({ push, close }) => {
    const user = await openPlainUser()
    push(user.remove)
    const built = await buildApp()
    const dataDir = await mkdtemp(join(tmpdir(), 'memharbor-page-'))
    push(() => rm(dataDir, { recursive: true }))
    const panel = await openMemoryPanel({ dataDir, tenants })
    push(panel.close)
    await furnish?.(panel)
    const shell = await serveBrowser(panel.context, { pageRoot: join(built.path, 'out/renderer'), port: 0 })
    push(shell.close)
    const chromium = await openChromium(findChromium() ?? '', user)
    push(chromium.close)
    const page = await chromium.browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(10_000)
    await page.goto(shell.newLink())
    await page.getByRole('grid').getByRole('link').first().waitFor()
    return { panel, page, close }
  })
}
