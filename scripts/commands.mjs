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

/** The signals that ask a program to end, with their numbers. */
export const endSignals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

/**
 * npm gives a signal to the shell between, which dies of it without telling what it runs. So becoming an orphan counts as
 * SIGTERM. A program that npm does not run may outlive its parent, as with nohup.
 */
export const endWithNpm = () => {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  watch.unref()
}

/**
 * Runs a command in the foreground to its end with signals forwarded, and returns its status.
 * A signal that ends it counts as 128 and its number, as in a shell.
 * @param stdio a Node program with an 'ipc' channel notices when this one is gone, however that ended; what it tells there
 *   goes to who started this one, and the other way round
 */
export const foreground = (program, args, stdio = 'inherit') =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio, shell: shell && program !== process.execPath })
    const stopForwarding = onEndSignals((signal) => child.kill(signal))
    const stopRelaying = relayMessages(child)
    const settle = (status) => {
      stopForwarding()
      stopRelaying()
      resolve(status)
    }
    child.once('error', () => settle(1))
    child.once('exit', (code, signal) => settle(code ?? 128 + (endSignals[signal] ?? 9)))
  })

/** Passes on what a child and who started this program tell each other, where both have a channel. */
const relayMessages = (child) => {
  if (!process.connected || child.channel === undefined) return () => {}
  const down = (message) => child.connected && child.send(message, () => {})
  child.on('message', (message) => process.connected && process.send(message, () => {}))
  process.on('message', down)
  return () => process.removeListener('message', down)
}

/**
 * Runs a command that asks nothing and starts others, and returns its status; what they print goes to standard error.
 * A signal that this program gets meanwhile ends all of them, after 1 s by force, and the status is 128 and its number.
 */
export const task = (program, args) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 2, 2], shell, detached: !shell })
    const endAll = (signal) => endGroup(child, signal)
    let force
    let got = null
    const stopForwarding = onEndSignals((signal) => {
      got ??= signal
      endAll(signal)
      force ??= setTimeout(endAll, 1_000, 'SIGKILL')
    })
    const settle = (status) => {
      stopForwarding()
      clearTimeout(force)
      // Programs that it started can outlive it.
      if (got !== null) endAll('SIGKILL')
      resolve(got === null ? status : 128 + endSignals[got])
    }
    child.once('error', () => settle(1))
    child.once('exit', (code) => settle(code ?? 1))
  })

const endGroup = (child, signal) => {
  try {
    if (child.pid !== undefined) process.kill(shell ? child.pid : -child.pid, signal)
  } catch {
    // Nobody of it is left.
  }
}

const onEndSignals = (listener) => {
  for (const signal of Object.keys(endSignals)) process.on(signal, listener)
  return () => {
    for (const signal of Object.keys(endSignals)) process.removeListener(signal, listener)
  }
}
