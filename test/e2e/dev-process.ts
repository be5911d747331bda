import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { PlainUser } from './plain-user.ts'

/** `npm run dev` as somebody runs it who edits the program. */
export interface DevProcess {
  /**
   * Waits for a line that it says from now on.
   * @returns what is in the pattern's first pair of parentheses
   */
  hear(line: RegExp): Promise<string>
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>
}

/** How long anything is waited for: a build, and the first look at all packages; milliseconds. */
const patienceMs = 50_000

/** The line of the window's engine once it can be looked into: `DevTools listening on ws://127.0.0.1:41235/…`. */
export const debuggerLine = /^DevTools listening on (ws:\S+)$/m

/** @param env what is in the environment beside what the user's has */
export function startDevProcess(
  path: string,
  user: PlainUser,
  env: Readonly<Record<string, string>>,
): DevProcess {
  const child = spawn(...user.as('npm', ['run', 'dev', '--', '--', '--remote-debugging-port=0']), {
    ...{ cwd: path, env: { ...user.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    // Ctrl-C goes to all programs of a terminal, and npm alone would not pass it on.
    detached: true,
  })
  const ended = once(child, 'exit')
  const listeners = new Set<() => void>()
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (part: Buffer) => {
      said += part
      for (const listener of listeners) listener()
    })
  return {
    async hear(line) {
      const from = said.length
      let listener = (): void => {}
      const heard = new Promise<string>((resolve) => {
        listener = () => {
          const found = line.exec(said.slice(from))?.[1]
          if (found !== undefined) resolve(found)
        }
        listeners.add(listener)
      })
      const late = AbortSignal.timeout(patienceMs)
      const over = Promise.race([ended, once(late, 'abort')]).then(() => {
        throw new Error(`npm run dev did not say ${line}, but ${said}`)
      })
      return Promise.race([heard, over]).finally(() => listeners.delete(listener))
    },
    async stop() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
      await ended
    },
  }
}
