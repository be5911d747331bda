import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { noWindow } from '../journeys/missing.ts'
import { openSeededWindow, type SeededWindow } from './seeded-window.ts'

/** The part of the page's own port that is used here. */
interface PagePort {
  addEventListener(kind: string, listener: () => void): void
  postMessage(data: unknown): void
}

describe.skipIf(noWindow !== '')(`the port between the window's page and the program${noWindow}`, () => {
  let stage: SeededWindow
  let app: ElectronApplication
  let page: Page

  beforeAll(async () => {
    stage = await openSeededWindow()
    ;({ app, page } = stage)
  })
  afterAll(() => stage?.close())

  /** Asked again from here: within the page Playwright would need eval, which the page's policy refuses. */
  const holds = (condition: string): Promise<void> =>
    until(condition, async () => Boolean(await page.evaluate(condition)))

  test('the menu tells the page what was chosen', async () => {
    // The page's own end of the port is out of reach, so its listeners are listened to.
    await page.addInitScript(`{
      const { addEventListener } = MessagePort.prototype
      window.heard = []
      MessagePort.prototype.addEventListener = function (kind, listener) {
        if (kind === 'message') addEventListener.call(this, kind, ({ data }) => window.heard.push(data))
        window.port = this
        addEventListener.call(this, kind, listener)
      }
    }`)
    await page.reload()
    await holds('window.heard?.length > 0')
    const labels = await app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
      for (const item of items) if (item.label === 'New tenant…') item.click()
      return items.map(({ label, role }) => `${label} ${role ?? ''}`)
    })
    await holds(`window.heard.includes('{"menu":"new-tenant"}')`)
    expect(labels.some((label) => /dev/i.test(label))).toBe(false)
  })

  test('a call that does not exist is refused, and what is no call closes the port, with nothing done', async () => {
    const change = JSON.stringify({ i: 'x2', p: { u: '/settings/change', b: { json: { theme: 'dark' } } } })
    const send = (message: string): Promise<unknown> =>
      page.evaluate(
        ([bad, after]) => {
          const { port } = globalThis as unknown as { port: PagePort }
          port.addEventListener('close', () => Object.assign(globalThis, { portClosed: true }))
          port.postMessage(bad)
          if (after !== undefined) port.postMessage(after)
        },
        message === unknown ? [message] : [message, change],
      )
    const unknown = '{"i":"x1","p":{"u":"/host/destroy","b":{}}}'
    await send(unknown)
    await holds(`window.heard.some((data) => data.startsWith('{"i":"x1"') && data.includes('"s":404'))`)
    const noCalls = [
      '{"i":"x1","p":{"u":"/settings/change","b":',
      `{"i":"x1","p":{"u":"/settings/change","b":"${'x'.repeat(4 * 2 ** 20)}"}}`,
      '{"i":"x1","p":{"b":{}}}',
    ]
    for (const message of noCalls) {
      await page.reload()
      await holds('window.heard?.length > 0')
      await send(message)
      await holds('window.portClosed')
    }
    const { stdout } = await stage.runCli('settings', 'show', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ theme: 'system' })
    await page.reload()
  })

  test('the port of another page is closed unread', async () => {
    const preload = join(stage.shell.built.path, 'out/preload/index.cjs')
    const outcome = await app.evaluate(async ({ BrowserWindow }, preloadPath) => {
      const stranger = new BrowserWindow({
        show: false,
        webPreferences: { preload: preloadPath, sandbox: true },
      })
      await stranger.loadURL('data:text/html,stranger')
      const seen: unknown = await stranger.webContents.executeJavaScript(`new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('close', () => resolve('closed'))
      port1.addEventListener('message', () => resolve('answered'))
      port1.start()
      port1.postMessage('{"i":"1","p":{"u":"/host/list"}}')
      window.postMessage('memharbor:port', '*', [port2])
    })`)
      stranger.destroy()
      return seen
    }, preload)
    expect(outcome).toBe('closed')
  })
})
