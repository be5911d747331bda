import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { say } from './words.mjs'

/** How long Electron's binary, some 120 MB, may take to come, in seconds. */
const fetchWithinS = 180

/**
 * Why no window can be shown here, in a sentence; undefined when one can. Electron's binary is fetched when it is missing.
 * @returns `{ path }` of the executable or `{ reason }`
 */
export const findElectron = () => {
  const reason = observeScreen()
  if (reason !== undefined) return { reason }
  const path = executable() ?? fetchExecutable()
  if (path === undefined) return { reason: `Electron's binary could not be fetched (${releases}).` }
  // It may be there and not run: on a small Linux some of its libraries are missing.
  const { status, stderr } = spawnSync(path, ['--version'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  })
  if (status === 0) return { path }
  const [said = ''] = (stderr ?? '').trim().split('\n')
  return { reason: `Electron does not run here${said === '' ? '' : ` (${said.slice(0, 200)})`}.` }
}

/** A window needs a screen, and Chromium's sandbox a user who is not root: it is never switched off. */
const observeScreen = () => {
  if (process.getuid?.() === 0) return 'This is root, and the window is sandboxed, which root can not be.'
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'There is no display here.'
  return undefined
}

const releases = 'from github.com/electron/electron/releases'

const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

const packageFolder = () => dirname(createRequire(import.meta.url).resolve('electron/package.json'))

/** The executable of the folder that ELECTRON_OVERRIDE_DIST_PATH names, else of the electron package. */
const executable = () => {
  const name = names[process.platform] ?? 'electron'
  const { ELECTRON_OVERRIDE_DIST_PATH: other } = process.env
  const path = join(other ?? join(packageFolder(), 'dist'), name)
  if (!existsSync(path)) return undefined
  if (other !== undefined) return path
  // A fetch that was cut off leaves no path.txt, and one for an earlier version another number.
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'))
  const found = readText(join(packageFolder(), 'dist/version')).replace(/^v/, '').trim()
  return existsSync(join(packageFolder(), 'path.txt')) && found === version ? path : undefined
}

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

const fetchExecutable = () => {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined) return undefined
  say(
    `Fetching Electron's binary, once. This may take a few minutes; it is given up after ${fetchWithinS} s.`,
  )
  const { status } = spawnSync(process.execPath, [join(packageFolder(), 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: fetchWithinS * 1_000,
    killSignal: 'SIGKILL',
  })
  return status === 0 ? executable() : undefined
}
