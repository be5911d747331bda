import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { pino } from 'pino'
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../package.json'
import { insertHost } from '../../src/main/adapters/store/hosts.ts'
import { openStore } from '../../src/main/adapters/store/store.ts'
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
      })
      page = await app.firstWindow()
    })

    afterAll(async () => {
      await app?.close()
      await runtime?.remove()
      await built?.remove()
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

    test('shows what the router knows: the hosts of the store, the version, where data and secrets are', async () => {
      const row = page.getByRole('row', { name: 'tor' })
      await row.waitFor()
      expect(await row.innerText()).toMatch(/tor\s+Filtered\s+operator@203\.0\.113\.10\s+20000–29999\s+0/)
      await page.getByText(dataDir).waitFor()
      // There is no message bus, so no keyring; that is said and nothing crashes.
      await page.getByText('Not remembered after this program ends').waitFor()
      expect(await page.getByRole('banner').innerText()).toContain(version)
    })

    test('a command line on the same data goes through the panel', async () => {
      const owner = JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8')) as unknown
      expect(owner).toMatchObject({ what: 'panel', pid: await app.evaluate(() => process.pid) })
      const { exitCode, stdout, stderr } = await runCli('host', 'list', '--json')
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(JSON.parse(stdout)).toMatchObject([{ name: 'tor', mode: 'filtered' }])
    })

    test('what a command line changes is seen when the window gets the focus', async () => {
      expect(await runCli('host', 'edit', 'tor', '--rename', 'toronto')).toMatchObject({
        exitCode: 0,
        stderr: '',
      })
      await page.evaluate(`window.dispatchEvent(new Event('focus'))`)
      await page.getByRole('row', { name: 'toronto' }).waitFor()
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
      await page.getByRole('row', { name: 'toronto' }).waitFor()
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
        expect(page.url()).toBe('app://panel/')
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
      const { exitCode, stdout } = await runCli('host', 'list', '--json')
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject([{ name: 'toronto' }])
    })
  },
)
