import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** Somebody who may do nothing special, with a home that goes away with the test. */
export interface PlainUser {
  readonly home: string
  /** The environment of a session without a desktop: no message bus, so no keyring. */
  readonly env: Readonly<Record<string, string>>
  /** The program and arguments that run this program as that user. */
  as(program: string, args: readonly string[]): [string, string[]]
  /** An executable that runs this program as that user, for those who take only a path. */
  wrap(program: string): Promise<string>
  /** Gives that user everything in a folder. */
  own(path: string): Promise<void>
  remove(): Promise<void>
}

/** The user id of `nobody`: Electron as root would run without its sandbox. */
const nobody = 65_534

/** The user of these tests, or `nobody` when that is root. */
export async function openPlainUser(): Promise<PlainUser> {
  const isRoot = process.getuid?.() === 0
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-e2e-'))
  const home = join(folder, 'home')
  await chmod(folder, 0o755)
  await mkdir(home, { mode: 0o700 })
  if (isRoot) await chown(home, nobody, nobody)
  // With the test's own end, even a sudden one, its window ends too.
  const prefix = [
    'setpriv',
    '--pdeathsig=KILL',
    ...(isRoot ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []),
  ]
  return {
    home,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      TMPDIR: tmpdir(),
      LANG: 'C.UTF-8',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
    },
    as: (program, args) => ['setpriv', [...prefix.slice(1), program, ...args]],
    async wrap(program) {
      const path = join(folder, 'run')
      const words = [...prefix, program].map((word) => `'${word}'`).join(' ')
      await writeFile(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
      return path
    },
    async own(path) {
      if (isRoot) await execa('chown', ['-R', `${nobody}:${nobody}`, path])
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
