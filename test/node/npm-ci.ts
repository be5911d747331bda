import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

const project = join(import.meta.dirname, '../..')

/** The files of a checkout that npm reads before it installs, and those that it runs afterwards. */
const files = [
  ...['package.json', 'package-lock.json', '.npmrc', 'scripts'],
  'node_modules/electron/package.json',
]

/** A checkout of only that. */
export interface BareCheckout {
  readonly path: string
  remove(): Promise<void>
}

export const openBareCheckout = async (): Promise<BareCheckout> => {
  const path = await mkdtemp(join(tmpdir(), 'memharbor-npm-'))
  for (const file of files) await cp(join(project, file), join(path, file), { recursive: true })
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/**
 * Runs `npm ci --dry-run`, which checks every package's engines and runs the project's own scripts, but fetches and
 * changes nothing; returns what it says, all in one. npm has no configuration but the checkout's.
 */
export const dryRun = async (checkout: BareCheckout, node: string, npm: string): Promise<string> => {
  const { all } = await execa(node, [join(npm, 'bin/npm-cli.js'), 'ci', '--dry-run', '--offline'], {
    all: true,
    cwd: checkout.path,
    extendEnv: false,
    // npm starts scripts by a shell, which finds this Node first.
    env: {
      PATH: `${dirname(node)}:/usr/bin:/bin`,
      HOME: checkout.path,
      npm_config_update_notifier: 'false',
      npm_config_logs_max: '0',
    },
  })
  return all
}

/** Puts the engines of a package back into the lock file, as an update of the package does. */
export const restoreEngine = async ({ path }: BareCheckout, name: string): Promise<void> => {
  const folder = `node_modules/${name}`
  const lockFile = join(path, 'package-lock.json')
  const lock = JSON.parse(await readFile(lockFile, 'utf8'))
  const { engines } = JSON.parse(await readFile(join(path, folder, 'package.json'), 'utf8'))
  lock.packages[folder].engines = engines
  await writeFile(lockFile, JSON.stringify(lock))
}
