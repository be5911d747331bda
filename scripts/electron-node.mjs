import { existsSync, readFileSync } from 'node:fs'
import { say } from './words.mjs'

// npm runs this at the end of `npm ci`. Its own warnings, five lines for each of Electron's packages, do not appear,
// because package-lock.json leaves out the engines of those.

const packageFile = new URL('../node_modules/electron/package.json', import.meta.url)

/** Electron's package writes `>= 22.12.0`. */
const parseOldest = (engine) => /^>= ?(\d+)\.(\d+)\.\d+$/.exec(engine)?.slice(1).map(Number)

/** Without the packages for development (`npm ci --omit=dev`) there is no Electron. */
const readEngine = () =>
  existsSync(packageFile) ? JSON.parse(readFileSync(packageFile, 'utf8')).engines.node : ''

const oldest = parseOldest(readEngine())
const [major, minor] = process.versions.node.split('.').map(Number)
if (oldest !== undefined && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))) {
  say(
    `Electron's own package wants Node.js ${oldest.join('.')} or newer to fetch its binary, which the window needs; ` +
      `this is ${process.versions.node}. The panel in a browser works without.`,
  )
}
