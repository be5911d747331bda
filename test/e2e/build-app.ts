import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** The application as `npm run build` makes it, in a folder of its own. */
export interface BuiltApp {
  readonly path: string
  readonly cli: string
  remove(): Promise<void>
}

const project = join(import.meta.dirname, '../..')

/** Builds what is there now, wherever `out` may be from. */
export async function buildApp(): Promise<BuiltApp> {
  // Inside of the project, because the packages are looked for from the bundle's folder upwards.
  const parent = join(project, 'node_modules/.test-programs')
  await mkdir(parent, { recursive: true })
  const path = await mkdtemp(join(parent, 'app-'))
  await chmod(path, 0o755)
  await writeFile(
    join(path, 'package.json'),
    JSON.stringify({ name: 'memharbor', type: 'module', main: 'out/main/index.js' }),
  )
  const vite = join(project, 'node_modules/electron-vite/bin/electron-vite.js')
  await execa(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', join(path, 'out')], {
    cwd: project,
  })
  return {
    path,
    cli: join(path, 'out/main/cli.js'),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}
