import { existsSync, readdirSync, statSync } from 'node:fs'
import { task } from './commands.mjs'
import { giveUp, say } from './words.mjs'

/** Sources of the program; of folders everything in them. */
const sources = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json']

/** The last file that a build writes of each part. */
const built = ['main/index.js', 'main/cli.js', 'main/web.js', 'preload/index.cjs', 'renderer/index.html']

/** Builds the program into `out/`, unless everything there is newer than what it is built of. */
export const ensureBuilt = async () => {
  const made = built.map((file) => `out/${file}`)
  if (made.every(existsSync) && Math.min(...made.map(changedAt)) >= Math.max(...sources.map(newestIn))) return
  await build('Memharbor', 'electron-vite', ['build'])
}

/** Builds with a program of node_modules, and ends this one when that fails. */
export const build = async (what, program, args) => {
  say(`Building ${what}.`)
  const ended = await task(process.execPath, [`node_modules/.bin/${program}`, ...args, '--logLevel', 'error'])
  if (ended >= 128) process.exit(ended)
  if (ended !== 0) giveUp(`${what} could not be built; what was said is above.`)
}

const changedAt = (path) => statSync(path).mtimeMs

/** A folder itself changes when something in it comes, goes or is renamed. */
const newestIn = (path) => {
  if (!statSync(path).isDirectory()) return changedAt(path)
  const inside = readdirSync(path, { withFileTypes: true, recursive: true })
  return Math.max(
    changedAt(path),
    ...inside.map(({ parentPath, name }) => changedAt(`${parentPath}/${name}`)),
  )
}
