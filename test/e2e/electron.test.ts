import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { execa, execaSync } from 'execa'
import { pino } from 'pino'
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../src/contract/router.ts'
import { insertHost } from '../../src/main/adapters/store/hosts.ts'
import { openStore } from '../../src/main/adapters/store/store.ts'
import { connectControl } from '../../src/main/control/client.ts'
import { sampleHost } from '../main/store/samples.ts'
import { type BuiltApp, buildApp } from './build-app.ts'
import { type Display, openDisplay } from './display.ts'
import { findElectron, prepareRuntime, type Runtime } from './electron-runtime.ts'
import { openPlainUser, type PlainUser } from './plain-user.ts'

const executable = findElectron()
const missing = findMissing()

function findMissing(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux'
  if (executable === undefined) return 'no Electron here; ELECTRON_OVERRIDE_DIST_PATH can name one'
  if (execaSync('Xvfb', ['-help'], { reject: false }).code === 'ENOENT') return 'Xvfb is not installed'
  return undefined
}

/** The part of the page's own port that is used here. */
interface PagePort {
  addEventListener(kind: string, listener: () => void): void
  postMessage(data: unknown): void
}

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

describe.skipIf(missing !== undefined)(
  `the window${missing === undefined ? '' : ` (left out: ${missing})`}`,
  () => {
    let user: PlainUser
    let display: Display
    let built: BuiltApp
    let runtime: Runtime
    let app: ElectronApplication
    let page: Page
    let dataDir: string

    beforeAll(async () => {
      user = await openPlainUser()
      display = await openDisplay()
      built = await buildApp()
      runtime = await prepareRuntime(executable ?? '', built.path)
      dataDir = await seedStore()
      app = await electron.launch({
        executablePath: await user.wrap(runtime.executable),
        args: [...runtime.args, '--data', dataDir],
        cwd: user.home,
        env: { ...user.env, DISPLAY: display.name },
        chromiumSandbox: true,
        // Else the page is told that the desktop is light.
        colorScheme: null,
      })
      page = await app.firstWindow()
    })

    afterAll(async () => {
      await app?.close()
      await runtime?.remove()
      await display?.close()
      await user?.remove()
    })

    async function seedStore(): Promise<string> {
      const path = join(user.home, 'data')
      await mkdir(path, { mode: 0o700 })
      const store = await openStore(path, { log: pino({ level: 'silent' }) })
      await store.write((db) => insertHost(db, sampleHost()))
      await store.close()
      await user.own(path)
      return path
    }

    function runCli(...args: string[]) {
      const [program, words] = user.as(process.execPath, [built.cli, ...args, '--data', dataDir])
      return execa(program, words, {
        env: user.env,
        extendEnv: false,
        cwd: user.home,
        reject: false,
        timeout: 20_000,
      })
    }

    /** Goes to a screen of the page. */
    const goTo = (screen: string): Promise<unknown> => page.evaluate(`location.hash = '#/${screen}'`)

    test('shows what the router knows', async () => {
      await goTo('hosts')
      await page.getByText('tor', { exact: true }).first().waitFor()
      await goTo('settings')
      await page.getByText(dataDir).first().waitFor()
    })

    test('a command line on the same data goes through the panel', async () => {
      const owner = JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8')) as unknown
      expect(owner).toMatchObject({ what: 'panel', pid: await app.evaluate(() => process.pid) })
      const { exitCode, stdout, stderr } = await runCli('host', 'list', '--json')
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(JSON.parse(stdout)).toMatchObject([{ name: 'tor', mode: 'filtered' }])
    })

    test('what a command line changes is seen', async () => {
      expect(await runCli('host', 'edit', 'tor', '--rename', 'toronto')).toMatchObject({
        exitCode: 0,
        stderr: '',
      })
      await goTo('hosts')
      await page.getByText('toronto', { exact: true }).first().waitFor()
    })

    test('the page has nothing of Node or Electron', async () => {
      const names = ['require', 'process', 'module', 'global', 'Buffer', 'electron', 'ipcRenderer']
      const found = await page.evaluate(`${JSON.stringify(names)}.filter((name) => name in window)`)
      expect(found).toEqual([])
    })

    test('the preload and the page run in the sandbox', async () => {
      const probe = join(user.home, 'probe.cjs')
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
      await page.reload()
      expect(await page.evaluate('window.probe')).toEqual({
        sandboxed: true,
        isolated: true,
      })
      // The same page after a reload: it got a new port.
      await page.getByText('toronto', { exact: true }).first().waitFor()
      const pid = await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
      )
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      // 2 is SECCOMP_MODE_FILTER, proc(5).
      expect(status).toMatch(/^Seccomp:\t2$/m)
      expect(status).not.toMatch(/^Uid:\t0/m)
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
        // What a page asks for is under way before its answer to this.
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
      await page.waitForFunction('window.heard.length > 0')
      const labels = await app.evaluate(({ Menu }) => {
        const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
        for (const item of items) if (item.label === 'New tenant…') item.click()
        return items.map(({ label, role }) => `${label} ${role ?? ''}`)
      })
      await page.waitForFunction(`window.heard.includes('{"menu":"new-tenant"}')`)
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
      await page.waitForFunction(
        `window.heard.some((data) => data.startsWith('{"i":"x1"') && data.includes('"s":404'))`,
      )
      const noCalls = [
        '{"i":"x1","p":{"u":"/settings/change","b":',
        `{"i":"x1","p":{"u":"/settings/change","b":"${'x'.repeat(4 * 2 ** 20)}"}}`,
        '{"i":"x1","p":{"b":{}}}',
      ]
      for (const message of noCalls) {
        await page.reload()
        await page.waitForFunction('window.heard.length > 0')
        await send(message)
        await page.waitForFunction('window.portClosed')
      }
      const { stdout } = await runCli('settings', 'show', '--json')
      expect(JSON.parse(stdout)).toMatchObject({ theme: 'system' })
      await page.reload()
    })

    test('the desktop is light or dark as the settings say, at once', async () => {
      const { link, close } = await connectControl(join(dataDir, 'control.sock'))
      const client: Client = createORPCClient(link)
      expect(await client.settings.change({ theme: 'dark' })).toMatchObject({ theme: 'dark' })
      close()
      expect(await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
      expect(await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`)).toBe(true)
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
      const saved = join(user.home, 'saved.txt')
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

    test('the port of another page is closed unread', async () => {
      const preload = join(built.path, 'out/preload/index.cjs')
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

    test('a second start shows the window that is there', async () => {
      const [program, words] = user.as(runtime.executable, [...runtime.args, '--data', dataDir])
      const env = { ...user.env, DISPLAY: display.name }
      const second = await execa(program, words, { env, extendEnv: false, reject: false, timeout: 30_000 })
      expect(second.exitCode).toBe(0)
      expect(app.windows()).toHaveLength(1)
    })

    test('a store that cannot be used is told', async () => {
      const path = join(user.home, 'shared')
      await mkdir(path)
      await writeFile(join(path, 'notes'), '')
      await execa('chmod', ['0777', path])
      await user.own(path)
      const [program, words] = user.as(runtime.executable, [...runtime.args, '--data', path])
      const env = { ...user.env, DISPLAY: display.name }
      // The dialog waits for somebody to read it.
      const refused = execa(program, words, { env, extendEnv: false, reject: false, timeout: 30_000 })
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
      expect(existsSync(join(dataDir, 'control.sock'))).toBe(false)
      // Where it was is kept for the next time.
      const place = JSON.parse(await readFile(join(dataDir, 'window/place.json'), 'utf8')) as unknown
      expect(place).toMatchObject({ width: 1280, height: 800, maximized: false })
      const { exitCode, stdout } = await runCli('host', 'list', '--json')
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject([{ name: 'toronto' }])
    })
  },
)
