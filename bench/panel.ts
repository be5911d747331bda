import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { findPageRoot } from '../src/main/web/find-page-root.ts'
import { serveBrowser } from '../src/main/web/serve-browser.ts'
import { findChromium, openChromium } from '../test/e2e/chromium.ts'
import { openPlainUser, type PlainUser } from '../test/e2e/plain-user.ts'
import { openMemoryPanel } from '../test/memory-host/open-memory-panel.ts'
import { median, quantile, renderSpread } from './figures.ts'
import { findLongestTask } from './main-thread.ts'
import {
  type FirstRows,
  readFirstRows,
  type Scroll,
  scrollThrough,
  typeIntoSearch,
  watchFirstRows,
} from './panel-page.ts'
import { measureWindow } from './panel-window.ts'
import type { Report } from './report.ts'

const many = 10_000
const loads = 15
const scrolls = 3
const mostScriptKb = 350

/**
 * The panel with 10,000 tenants: its page in Chromium, on a seeded store and hosts that are only in memory (named so,
 * because no machine runs as many caches), and its window on the same store.
 */
export async function measurePanel(report: Report): Promise<void> {
  await measureScript(report)
  const user = await openPlainUser()
  try {
    await measurePage(report, user)
    await measureWindow(report, user)
  } finally {
    await user.remove()
  }
}

const pageRoot = (): string => {
  const found = findPageRoot()
  if (found === undefined) throw new Error('the page is not built')
  return found
}

async function measureScript(report: Report): Promise<void> {
  const folder = join(pageRoot(), 'assets')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'))
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
  )
  const total = sizes.reduce((sum, size) => sum + size, 0) / 1000
  report.goal(
    `gzipped JavaScript of the page under ${mostScriptKb} KB: ${total.toFixed(0)}`,
    total < mostScriptKb,
  )
}

async function measurePage(report: Report, user: PlainUser): Promise<void> {
  const name = findChromium()
  if (name === undefined) throw new Error('there is no Chromium here')
  const dataDir = join(user.home, 'memory')
  const panel = await openMemoryPanel({ dataDir, tenants: many })
  const shell = await serveBrowser(panel.context, { pageRoot: pageRoot(), port: 0 })
  const chromium = await openChromium(name, user)
  try {
    await measureInBrowser(report, chromium.browser, shell.newLink)
  } finally {
    await chromium.close()
    await shell.close()
    await panel.close()
  }
}

async function measureInBrowser(report: Report, browser: Browser, newLink: () => string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.addInitScript(watchFirstRows)
  await page.goto(newLink())
  await readFirstRows(page)
  const rows: FirstRows[] = []
  for (let load = 0; load < loads; load += 1) {
    await page.reload()
    rows.push(await readFirstRows(page))
  }
  reportRows(report, rows)
  // The whole list has come, and everything was looked at once.
  await page.getByText('10,000', { exact: true }).first().waitFor()
  await page.getByText('Not looked at yet.').first().waitFor({ state: 'detached' })
  await page.waitForTimeout(5_000)
  const runs: ScrollRun[] = []
  for (let round = 0; round < scrolls; round += 1) {
    const { result, longestTask } = await findLongestTask(browser, page, () => scrollThrough(page))
    runs.push({ ...result, longestTask })
  }
  reportScrolls(report, runs)
  reportKeys(report, await typeIntoSearch(page))
}

function reportRows(report: Report, rows: readonly FirstRows[]): void {
  const after = rows.map(({ documentAt, rowsAt }) => rowsAt - documentAt)
  report.figure(
    'page loaded, ms after the navigation',
    renderSpread(
      rows.map(({ documentAt }) => documentAt),
      0,
    ),
  )
  report.figure('first rows painted, ms after the page is up', renderSpread(after, 0))
  const [at, slowest] = [median(after), Math.max(...after)]
  report.goal(`first rows under 300 ms: ${at.toFixed(0)}, slowest ${slowest.toFixed(0)}`, at < 300)
}

interface ScrollRun extends Scroll {
  /** In milliseconds of processor time. */
  readonly longestTask: number
}

function reportScrolls(report: Report, runs: readonly ScrollRun[]): void {
  for (const { frames, seconds, longestFrame, longTasks } of runs) {
    const rate = (frames / seconds).toFixed(0)
    const late = longTasks.length === 0 ? 'none' : `${longTasks.length}`
    report.figure(
      'top to bottom',
      `${frames} frames in ${seconds.toFixed(1)} s (${rate} a second), the longest ${longestFrame.toFixed(0)} ms; tasks over 50 ms by the clock: ${late}`,
    )
  }
  const longest = Math.max(...runs.map(({ longestTask }) => longestTask))
  report.goal(
    `no task of the main thread over 50 ms while scrolling: the longest takes ${longest.toFixed(0)} ms of the processor`,
    longest < 50,
  )
}

function reportKeys(report: Report, times: readonly number[]): void {
  report.figure('from a key to the painted rows, ms', renderSpread(times))
  const [most, longest] = [quantile(times, 0.95), Math.max(...times)]
  const spread = `95 % within ${most.toFixed(0)} ms, the longest ${longest.toFixed(0)}`
  report.goal(`key to painted rows under 50 ms: ${spread}`, most < 50)
}
