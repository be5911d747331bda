import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noWindow } from '../journeys/missing.ts'
import { openSeededWindow, type SeededWindow } from './seeded-window.ts'

/** Tries every way out of the page there is, and tells how it went. */
const leave = (url: string): string => `(async () => {
  const url = ${JSON.stringify(url)}
  const opened = window.open(url)
  const fetched = await fetch(url).then(() => 'fetched', () => 'refused')
  const link = Object.assign(document.createElement('a'), { href: url })
  document.body.append(link)
  link.click()
  link.remove()
  document.body.append(Object.assign(document.createElement('iframe'), { src: url }))
  let script = 'taken'
  try {
    document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.injected = true' }))
  } catch {
    script = 'refused'
  }
  location.assign(url)
  return { opened: opened !== null, fetched, script, injected: 'injected' in window }
})()`

describe.skipIf(noWindow !== '')(`the window's page is confined${noWindow}`, () => {
  let stage: SeededWindow
  let app: ElectronApplication
  let page: Page

  beforeAll(async () => {
    stage = await openSeededWindow()
    ;({ app, page } = stage)
  })
  afterAll(() => stage?.close())

  test('the page has nothing of Node or Electron', async () => {
    const names = ['require', 'process', 'module', 'global', 'Buffer', 'electron', 'ipcRenderer']
    const found = await page.evaluate(`${JSON.stringify(names)}.filter((name) => name in window)`)
    expect(found).toEqual([])
  })

  test('the preload and the page run in the sandbox', async () => {
    const probe = join(stage.user.home, 'probe.cjs')
    await writeFile(
      probe,
      "require('electron').contextBridge.exposeInMainWorld('probe', { sandboxed: process.sandboxed, isolated: process.contextIsolated })",
      { mode: 0o644 },
    )
    await app.evaluate(({ session }, filePath) => {
      const { defaultSession } = session
      if ('registerPreloadScript' in defaultSession)
        defaultSession.registerPreloadScript({ type: 'frame', filePath })
      else (defaultSession as { setPreloads(paths: string[]): void }).setPreloads([filePath])
    }, probe)
    await stage.goTo('hosts')
    await page.reload()
    expect(await page.evaluate('window.probe')).toEqual({
      sandboxed: true,
      isolated: true,
    })
    // The same page after a reload: it got a new port.
    await page.getByText('tor', { exact: true }).first().waitFor()
    const pid = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    )
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    // 2 is SECCOMP_MODE_FILTER, proc(5).
    expect(status).toMatch(/^Seccomp:\t2$/m)
    expect(status).not.toMatch(/^Uid:\t0/m)
  })

  test('the page may load itself again', async () => {
    await page.evaluate('window.before = true')
    await page.evaluate('location.reload()')
    // While it is loaded, nobody answers.
    const before = (): Promise<unknown> => page.evaluate('window.before').catch(() => true)
    await expect.poll(before, { timeout: 10_000 }).toBeUndefined()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
  })

  test('the page leads nowhere else: no navigation, no new window, no request, no inline script', async () => {
    const requests: string[] = []
    const server = createServer((request, response) => {
      requests.push(request.url ?? '')
      response.end('elsewhere')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      const outcome = await page.evaluate(leave(elsewhere))
      expect(outcome).toEqual({ opened: false, fetched: 'refused', script: 'refused', injected: false })
      // Requests of a page are under way before its answer to this.
      await page.evaluate(
        'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
      )
      expect(new URL(page.url()).host).toBe('panel')
      expect(requests).toEqual([])
      expect(app.windows()).toHaveLength(1)
      expect(
        await page.evaluate(
          `navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state)`,
        ),
      ).toBe('denied')
    } finally {
      server.close()
    }
  })

  test('the page may write to the clipboard, and nothing else', async () => {
    await page.bringToFront()
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.focus())
    const states = await page.evaluate(`(async () => {
      const names = ['clipboard-write', 'clipboard-read', 'geolocation', 'notifications', 'camera', 'midi']
      const found = await Promise.all(names.map((name) => navigator.permissions.query({ name })))
      return Object.fromEntries(found.map(({ state }, index) => [names[index], state]))
    })()`)
    expect(states).toEqual({
      ...{ 'clipboard-write': 'granted', 'clipboard-read': 'denied', geolocation: 'denied' },
      ...{ notifications: 'denied', camera: 'denied', midi: 'denied' },
    })
    await page.evaluate(`navigator.clipboard.writeText('203.0.113.10:20000')`)
    expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe('203.0.113.10:20000')
  })

  test('what the page itself made can be saved, and nothing else', async () => {
    const saved = join(stage.user.home, 'saved.txt')
    // The system's dialog asks nobody here.
    await app.evaluate(({ session }, path) => {
      session.defaultSession.on('will-download', (_event, item) => item.setSavePath(path))
    }, saved)
    const download = (href: string): string => `{
      const link = Object.assign(document.createElement('a'), { href: ${href}, download: 'activity.csv' })
      document.body.append(link)
      link.click()
      link.remove()
    }`
    await page.evaluate(download(`'data:text/plain,not ours'`))
    await page.evaluate(download(`'app://panel/index.html'`))
    await page.evaluate(download(`URL.createObjectURL(new Blob(['made by the page']))`))
    await expect
      .poll(() => readFile(saved, 'utf8').catch(() => ''), { timeout: 10_000 })
      .toBe('made by the page')
  })

  test('only files of the page are served', async () => {
    const paths = ['/index.html', '/..%2fmain/index.js', '/%2e%2e%2f%2e%2e%2fpackage.json', '/absent.js']
    const statuses = await page.evaluate(
      `Promise.all(${JSON.stringify(paths)}.map((path) => fetch(path).then(({ status }) => status)))`,
    )
    expect(statuses).toEqual([200, 404, 404, 404])
  })
})
