import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensureBuilt } from './build.mjs'
import { endSignals, endWithNpm, foreground } from './commands.mjs'
import { findElectron } from './electron.mjs'
import { checkNode, ensureNpmPackages } from './setup.mjs'
import { say } from './words.mjs'

const readWords = () => {
  try {
    return parseArgs({
      options: {
        browser: { type: 'boolean', default: false },
        port: { type: 'string' },
        data: { type: 'string' },
      },
    }).values
  } catch {
    say('npm start takes: -- --browser (in a browser, not a window), -- --port N, -- --data DIR.')
    return process.exit(2)
  }
}

/** A window that ends by a signal this soon has not been used: Chromium did not come up. */
const soonMs = 15_000

/** Shows the window until it is closed; returns its status, or why there was none. */
const openWindow = async ({ data }) => {
  const { path, reason } = findElectron()
  // A signal that came while Electron was fetched is heard only now.
  await new Promise(setImmediate)
  if (asked > 0) return { status: asked }
  if (path === undefined) return { reason }
  const begun = performance.now()
  const status = await foreground(path, ['.', ...data])
  const isAsked = asked > 0 || status === 128 + endSignals.SIGINT
  if (status < 128 || isAsked || performance.now() - begun > soonMs) return { status }
  return { reason: 'The window ended at once; what it said is above.' }
}

let asked = 0
for (const [signal, number] of Object.entries(endSignals)) {
  process.on(signal, () => {
    asked ||= 128 + number
  })
}

const words = readWords()
// npm starts this in the project's folder, wherever it was called.
const from = process.env.INIT_CWD ?? process.cwd()
endWithNpm()
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
checkNode()
await ensureNpmPackages()
await ensureBuilt()
const data = words.data === undefined ? [] : ['--data', resolve(from, words.data)]
const window = words.browser ? { reason: '' } : await openWindow({ data })
if (window.status !== undefined) {
  process.exitCode = window.status
} else {
  if (window.reason !== '') say(`${window.reason} The panel is served to a browser on this computer instead.`)
  const port = words.port === undefined ? [] : ['--port', words.port]
  process.exitCode = await foreground(process.execPath, ['out/main/web.js', ...data, ...port])
}
