import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'

/** Directories of system programs, which are not on every user's PATH. */
const system = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Whether a program can be started by this name, or a file is there when the name is a path. */
export const isThere = (program) => {
  if (program.startsWith('/')) return existsSync(program)
  return [...(process.env.PATH ?? '').split(':'), ...system].some((directory) => {
    try {
      accessSync(`${directory}/${program}`, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** npm and npx are scripts on Windows, which only a shell starts; every argument given to them here is constant. */
const shell = process.platform === 'win32'

// npm's advice about its own newer versions is not what anyone waits for here.
process.env.npm_config_update_notifier = 'false'

/** Runs a command in the foreground and returns its status; what it prints goes to standard error. */
export const status = (program, args) =>
  spawnSync(program, args, { stdio: ['inherit', 2, 2], shell }).status ?? 1

/** Runs a command and returns `{ status, text }` with everything it printed. */
export const observe = (program, args) => {
  const result = spawnSync(program, args, { encoding: 'utf8', shell })
  return { status: result.status ?? 1, text: `${result.stdout ?? ''}${result.stderr ?? ''}` }
}

/**
 * Runs a command in the foreground to its end with signals forwarded, and returns its status.
 * A signal that ends it counts as 128 and its number, as in a shell.
 */
export const foreground = (program, args) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', shell: shell && program !== process.execPath })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.once('error', () => resolve(1))
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
