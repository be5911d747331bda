import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { PlainUser } from './plain-user.ts'

/** A copy of what is edited, with its packages, that belongs to an ordinary user. */
export interface DevCopy {
  readonly path: string
  remove(): Promise<void>
}

const project = join(import.meta.dirname, '../..')

const sources = [
  ...['src', 'resources', 'package.json', 'electron.vite.config.ts'],
  ...['tsconfig.base.json', 'tsconfig.node.json', 'tsconfig.web.json'],
]

/**
 * Makes one. The packages are in a folder of their own, by hard links where that is possible: Vite serves nothing of a
 * package that is linked to from elsewhere, and keeps what it makes of packages beside them.
 */
export async function openDevCopy(user: PlainUser): Promise<DevCopy> {
  const path = await mkdtemp(join(tmpdir(), 'memharbor-dev-'))
  for (const name of sources) await cp(join(project, name), join(path, name), { recursive: true })
  const packages = join(path, 'node_modules')
  await mkdir(packages)
  // Before the links are there: an owner is the file's, whatever name it is reached by.
  await user.own(path)
  // Names that begin with a dot are no packages: tools keep files there.
  const names = (await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'))
  const from = [...names, '.bin'].map((name) => join(project, 'node_modules', name))
  const linked = await execa('cp', ['-a', '--link', ...from, packages], { reject: false })
  if (linked.failed) await execa('cp', ['-a', '--force', ...from, packages])
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
