import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { buildOnce } from './build-once.ts'

/** The application as `npm run build` makes it, in a folder of its own. Who uses it changes nothing in it. */
export interface BuiltApp {
  readonly path: string
  readonly cli: string
  /** The executable of the Node that has built it and that runs it. */
  readonly node: string
}

const project = join(import.meta.dirname, '../..')
/** Inside of the project, because the packages are looked for from the bundle's folder upwards. */
export const builtPrograms = join(project, 'node_modules/.test-programs')

/** The parts that the application is built from. */
export const sources = ['src', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts']

const keptMs = 24 * 60 * 60 * 1000

/**
 * Builds what is there now, wherever `out` may be from: once for all test files, and again when a source has changed.
 * @param node another executable of Node than that of the tests; what it builds is another application
 */
export async function buildApp(node = process.execPath): Promise<BuiltApp> {
  await mkdir(builtPrograms, { recursive: true })
  const path = join(builtPrograms, `app-${await hashSources(sources, node)}`)
  await buildOnce(path, () => build(node))
  return { path, cli: join(path, 'out/main/cli.js'), node }
}

async function build(node: string): Promise<string> {
  await removeOld()
  const fresh = await mkdtemp(join(builtPrograms, 'building-'))
  await chmod(fresh, 0o755)
  await writeFile(
    join(fresh, 'package.json'),
    JSON.stringify({ name: 'memharbor', type: 'module', main: 'out/main/index.js' }),
  )
  const vite = join(project, 'node_modules/electron-vite/bin/electron-vite.js')
  await execa(node, [vite, 'build', '--logLevel', 'error', '--outDir', join(fresh, 'out')], {
    cwd: project,
  })
  return fresh
}

/**
 * By name, size and time of change, so that looking takes some milliseconds.
 * @param paths files and folders in the project
 * @param how what else makes a difference
 */
export async function hashSources(paths: readonly string[], how: string): Promise<string> {
  const hash = createHash('sha256').update(how)
  for (const source of paths) {
    const whole = join(project, source)
    const isFolder = (await stat(whole)).isDirectory()
    const names = isFolder ? (await readdir(whole, { recursive: true })).sort() : ['']
    for (const name of names) {
      const { size, mtimeMs } = await stat(join(whole, name))
      hash.update(`${source}/${name} ${size} ${mtimeMs}\n`)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(builtPrograms)) {
    const path = join(builtPrograms, name)
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())
    if (age > keptMs) await rm(path, { recursive: true, force: true })
  }
}
