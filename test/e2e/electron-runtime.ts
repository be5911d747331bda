import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/** Where a runtime may be: one that was named, the `electron` package's own, one that was put there for tests. */
const places = [
  process.env['ELECTRON_OVERRIDE_DIST_PATH'],
  join(import.meta.dirname, '../../node_modules/electron/dist'),
  '/opt/electron-test',
]

/** Electron's executable, or undefined where there is none. */
export function findElectron(): string | undefined {
  return places
    .filter((place) => place !== undefined)
    .map((place) => join(place, 'electron'))
    .find((path) => existsSync(path))
}

/** How an application is started by a runtime. */
export interface Runtime {
  readonly executable: string
  /** The arguments before the application's own. */
  readonly args: readonly string[]
  remove(): Promise<void>
}

/**
 * A runtime for the application in `app`. Some know an application only as their own `resources/app`; those are copied
 * (by hard links where that is possible), so that tests side by side do not share it.
 */
export async function prepareRuntime(electron: string, app: string): Promise<Runtime> {
  const place = dirname(electron)
  if (existsSync(join(place, 'resources/default_app.asar'))) {
    return { executable: electron, args: [app], remove: async () => {} }
  }
  const copy = await mkdtemp(join(tmpdir(), 'memharbor-electron-'))
  const remove = (): Promise<void> => rm(copy, { recursive: true, force: true })
  const linked = await execa('cp', ['-a', '--link', `${place}/.`, copy], { reject: false })
  if (linked.failed) await execa('cp', ['-a', `${place}/.`, copy])
  await rm(join(copy, 'resources/app'), { recursive: true, force: true })
  await symlink(app, join(copy, 'resources/app'))
  return { executable: join(copy, 'electron'), args: [], remove }
}
