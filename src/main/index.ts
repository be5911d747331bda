import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { app, nativeTheme } from 'electron'
import type { Settings } from '../contract/settings.ts'
import { ensureDataFolder } from './adapters/store/folder.ts'
import { chooseDataDir } from './data-folder.ts'
import { keepHeapLean } from './lean-heap.ts'
import { openPanel } from './open-panel.ts'
import { getSettings } from './services/settings/settings.ts'
import { openInBrowser } from './web/open-in-browser.ts'
import { askBeforeLeaving } from './window/ask-before-leaving.ts'
import { offerContextMenu } from './window/context-menu.ts'
import { createWindow } from './window/create-window.ts'
import { desktopCipher } from './window/desktop-cipher.ts'
import { blockNavigation, denyPermissions } from './window/harden.ts'
import { setMenu } from './window/menu.ts'
import { pageOrigin } from './window/page-origin.ts'
import { acceptPagePorts } from './window/page-port.ts'
import { recoverPage } from './window/recover-page.ts'
import { reportStartProblem } from './window/report-start-problem.ts'
import { registerPageScheme, servePage } from './window/serve-page.ts'

// Other options are Electron's own.
const { data } = parseArgs({
  options: { data: { type: 'string' } },
  strict: false,
  args: process.argv.slice(1),
}).values
const dataDir = chooseDataDir(typeof data === 'string' ? data : undefined)
const out = join(import.meta.dirname, '..')
// Set by electron-vite while it serves the page itself, to reload what was edited.
const devServer = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']

/** electron-vite starts the edited program while the one before still ends: 10 s, at a tenth of a second each. */
const [restartTries, restartPauseMs] = [100, 100]

app.enableSandbox()
registerPageScheme()
blockNavigation()

/**
 * One panel a store: the first one gets the lock that Electron keeps beside its own files, and true. Electron is not
 * ready before this is done, because it takes the path of those files only until then.
 */
async function claimStore(): Promise<boolean> {
  await ensureDataFolder(dataDir)
  app.setPath('userData', join(dataDir, 'window'))
  for (let tries = 0; !app.requestSingleInstanceLock(); tries += 1) {
    if (devServer === undefined || tries >= restartTries) return false
    await pause(restartPauseMs)
  }
  return true
}

/** Opens the store, then the window. What was opened is closed in reverse order when the program quits. */
async function start(): Promise<void> {
  keepHeapLean()
  const origin = devServer === undefined ? pageOrigin : new URL(devServer).origin
  const devTools = devServer !== undefined
  const panel = await openPanel(dataDir, { desktop: desktopCipher, onSettings: followTheme, openLink })
  followTheme(await getSettings(panel.context.services))
  denyPermissions(origin)
  servePage(join(out, 'renderer'))
  const window = createWindow({ preload: join(out, 'preload/index.cjs'), devTools })
  const { log } = panel.context.services
  offerContextMenu(window)
  recoverPage(window, log)
  askBeforeLeaving(window)
  const ports = acceptPagePorts(window.webContents, origin, panel.context)
  setMenu({ send: ports.send, devTools })
  closeOnQuit(async () => {
    ports.close()
    await panel.close()
  })
  app.on('second-instance', () => {
    // Closed already, and only waiting for what it was doing: whoever starts it now wants it again.
    if (window.isDestroyed()) return devServer === undefined ? app.relaunch() : undefined
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  window
    .loadURL(devServer ?? `${pageOrigin}/`)
    .catch((err: unknown) => log.error({ err }, 'the page was not loaded'))
}

/** The page in the window goes nowhere: what it may open is opened by this program, in the user's browser. */
async function openLink(link: string): Promise<boolean> {
  return (await openInBrowser(link)) !== undefined
}

/** Menus, dialogs and the page's `prefers-color-scheme` are as light or dark as the settings say. */
function followTheme({ theme }: Pick<Settings, 'theme'>): void {
  nativeTheme.themeSource = theme
}

function closeOnQuit(close: () => Promise<void>): void {
  app.once('will-quit', (event) => {
    event.preventDefault()
    void close().finally(() => app.exit(0))
  })
}

function giveUp(error: unknown): void {
  reportStartProblem(error)
  app.exit(1)
}

app.on('window-all-closed', () => app.quit())
try {
  // Waiting for Electron up here would be waiting for each other: it is ready when this file has run to its end.
  if (await claimStore()) app.whenReady().then(start).catch(giveUp)
  else app.quit()
} catch (error) {
  void app.whenReady().then(() => giveUp(error))
}
