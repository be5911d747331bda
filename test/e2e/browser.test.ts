import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type BuiltApp, buildApp } from './build-app.ts'
import { findChromium, type OpenedChromium, openChromium } from './chromium.ts'
import { openPlainUser, type PlainUser } from './plain-user.ts'

const name = findChromium()
const missing = name === undefined ? 'no Chromium here' : undefined

/** The first message to a page's socket whose session is good. */
const letIn = '{}'

describe.skipIf(missing !== undefined)(
  `the panel in a browser${missing === undefined ? '' : ` (left out: ${missing})`}`,
  () => {
    let user: PlainUser
    let built: BuiltApp
    let chromium: OpenedChromium

    beforeAll(async () => {
      user = await openPlainUser()
      built = await buildApp()
      chromium = await openChromium(name ?? '', user)
    })

    afterAll(async () => {
      await chromium?.close()
      await user?.remove()
    })

    /** Runs the panel; its lines are links. */
    async function startPanel(...words: string[]) {
      const data = join(user.home, `data-${Math.random()}`)
      await mkdir(data, { mode: 0o700 })
      await user.own(data)
      const [program, args] = user.as(process.execPath, [
        join(built.path, 'out/main/web.js'),
        ...['--no-browser', '--data', data],
        ...words,
      ])
      const child = spawn(program, args, {
        env: { ...user.env },
        cwd: user.home,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const ended = once(child, 'exit') as Promise<[number | null]>
      onTestFinished(async () => {
        child.kill('SIGKILL')
        await ended
      })
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      const nextLink = async (): Promise<string> => {
        const line = await Promise.race([lines.next(), ended.then(() => undefined)])
        if (line === undefined || line.done === true) throw new Error('the panel ended')
        return line.value
      }
      return { child, ended, nextLink, link: await nextLink() }
    }

    /** A browser's window of its own; everything that its pages complain about is collected. */
    async function openWindow(): Promise<{ context: BrowserContext; complaints: string[] }> {
      const context = await chromium.browser.newContext()
      onTestFinished(() => context.close())
      const complaints: string[] = []
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      context.on('weberror', (error) => complaints.push(error.error().message))
      return { context, complaints }
    }

    /** Does something that loads a page, and waits until its socket has been let in. */
    async function isLetIn(page: Page, load: () => Promise<unknown>): Promise<void> {
      const heard = page
        .waitForEvent('websocket')
        .then((socket) => socket.waitForEvent('framereceived', ({ payload }) => payload === letIn))
      await load()
      await heard
    }

    test('the link lets a tab in, its token leaves the address, and a reload stays in', async () => {
      const { link } = await startPanel()
      const { context, complaints } = await openWindow()
      const page = await context.newPage()
      await isLetIn(page, () => page.goto(link))
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
      expect(page.url()).not.toContain('token')
      await isLetIn(page, () => page.reload())
      expect(await context.cookies()).toEqual([])
      // The style sheets of the component library pass the policy, and so does everything else.
      expect(complaints.filter((text) => /policy|trusted/i.test(text))).toEqual([])
    })

    test('a second tab is let in by the first; another browser and a used link are not', async () => {
      const { link } = await startPanel()
      const { origin } = new URL(link)
      const { context } = await openWindow()
      const page = await context.newPage()
      await isLetIn(page, () => page.goto(link))
      const second = await context.newPage()
      await isLetIn(second, () => second.goto(origin))
      await page.close()
      await isLetIn(second, () => second.reload())

      const stranger = await (await openWindow()).context.newPage()
      const sockets: string[] = []
      stranger.on('websocket', (socket) => sockets.push(socket.url()))
      const refused = stranger.waitForResponse(`${origin}/session`)
      await stranger.goto(link)
      expect((await refused).status()).toBe(401)
      await stranger.getByText('This tab has not been let in.').first().waitFor()
      expect(sockets).toEqual([])
    })

    test('SIGUSR2 prints a link for another browser', async () => {
      const { child, nextLink, link } = await startPanel()
      child.kill('SIGUSR2')
      const other = await nextLink()
      expect(other).not.toBe(link)
      const page = await (await openWindow()).context.newPage()
      await isLetIn(page, () => page.goto(other))
    })

    test('the page says that the panel has ended; after a new start on the same port the old session is no good', async () => {
      const first = await startPanel()
      const { port } = new URL(first.link)
      const { context } = await openWindow()
      const page = await context.newPage()
      await isLetIn(page, () => page.goto(first.link))
      first.child.kill('SIGTERM')
      expect(await first.ended).toEqual([143, null])
      await page.getByText('The panel has ended.').first().waitFor()
      // That would be an error page of the browser: another start has another port.
      expect(await page.getByRole('button', { name: 'Reload' }).count()).toBe(0)
      const second = await startPanel('--port', port)
      await page.reload()
      await page.getByText('This tab has not been let in.').first().waitFor()
      await isLetIn(page, () => page.goto(second.link))
    })

    test('a page of another origin gets nothing, whatever it tries', async () => {
      const { link } = await startPanel()
      const { origin, host } = new URL(link)
      const server = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html')
        response.end('<!doctype html><title>elsewhere</title>')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void server.close())
      const { context } = await openWindow()
      // One tab of the same browser is in.
      const ours = await context.newPage()
      await isLetIn(ours, () => ours.goto(link))
      const page = await context.newPage()
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      const tried = await page.evaluate(`(async () => {
        const fetched = await fetch('${origin}/').then(() => 'read', () => 'refused')
        const posted = await fetch('${origin}/token', { method: 'POST', mode: 'no-cors', body: '{}' })
          .then(({ type }) => type, () => 'refused')
        const socket = await new Promise((resolve) => {
          const socket = new WebSocket('ws://${host}/rpc')
          socket.onopen = () => resolve('open')
          socket.onclose = () => resolve('refused')
        })
        const script = await new Promise((resolve) => {
          const script = Object.assign(document.createElement('script'), { src: '${origin}/assets/x.js' })
          script.onload = () => resolve('loaded')
          script.onerror = () => resolve('refused')
          document.head.append(script)
        })
        globalThis.heard = []
        globalThis.channel = new BroadcastChannel('memharbor-tabs')
        channel.onmessage = ({ data }) => heard.push(data)
        channel.postMessage('token?')
        return { fetched, posted, socket, script }
      })()`)
      expect(tried).toEqual({ fetched: 'refused', posted: 'refused', socket: 'refused', script: 'refused' })
      // A tab of our own asks after it, in the same words, and is answered by the tab that is in.
      const second = await context.newPage()
      await isLetIn(second, () => second.goto(origin))
      expect(await page.evaluate('heard')).toEqual([])
    })
  },
)
