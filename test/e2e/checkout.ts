import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuiltApp, buildApp } from './build-app.ts'

/** A checkout with the application built in it and its packages installed, as after `npm start`. */
export interface Checkout extends BuiltApp {
  remove(): Promise<void>
}

const project = join(import.meta.dirname, '../..')

/** Copied, because somebody may be editing the project meanwhile. */
const sources = [
  ...['scripts', 'src', 'resources', 'test'],
  ...['electron.vite.config.ts', 'package.json', 'package-lock.json'],
]

/**
 * Makes one beside the application that the tests share, inside of the project's node_modules, where packages are found.
 * Its own folder of that name has only what npm leaves to say that all is installed, and what builds the sandbox: it is
 * no link, so that nothing that is done to it reaches the project's.
 */
export async function openCheckout(): Promise<Checkout> {
  const app = await buildApp()
  const path = await mkdtemp(join(app.path, '../checkout-'))
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
  await chmod(path, 0o755)
  for (const name of sources) await cp(join(project, name), join(path, name), { recursive: true })
  await mkdir(join(path, 'node_modules/.bin'), { recursive: true })
  await symlink(join(project, 'node_modules/vite/bin/vite.js'), join(path, 'node_modules/.bin/vite'))
  await writeFile(join(path, 'node_modules/.package-lock.json'), '{}')
  // Newer than everything that it is built of.
  await cp(join(app.path, 'out'), join(path, 'out'), { recursive: true })
  return { ...app, path, cli: join(path, 'out/main/cli.js'), remove }
}
