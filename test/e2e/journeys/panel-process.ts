import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BuiltApp } from '../build-app.ts'
import type { PlainUser } from '../plain-user.ts'
import { patienceMs } from './driver.ts'

/** `memharbor panel` as the operator runs it, with the link that it printed. */
export interface PanelProcess {
  readonly link: string
  /** Ends it as Ctrl-C does; fails when it does not end by itself. */
  stop(): Promise<void>
}

/**
 * Starts the panel for a browser.
 * @param before what the program runs in, such as a message bus of its own
 */
export async function startPanelProcess(
  { cli }: BuiltApp,
  user: PlainUser,
  dataDir: string,
  { before = [], env = {} }: { before?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<PanelProcess> {
  const [first = '', ...rest] = [...before, process.execPath, cli, 'panel', '--no-browser', '--data', dataDir]
  const [program, words] = user.as(first, rest)
  const child = spawn(program, words, {
    ...{ cwd: user.home, env: { ...user.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  })
  const ended = once(child, 'exit')
  const said = text(child.stderr)
  const link = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then(() => ''),
  ])
  if (link === '') throw new Error(`the panel did not start: ${await said}`)
  return {
    link,
    async stop() {
      child.kill('SIGINT')
      const late = new AbortController()
      const tooLate = sleep(patienceMs, undefined, { signal: late.signal }).then(() => {
        child.kill('SIGKILL')
        throw new Error(`the panel did not end within ${patienceMs} ms`)
      })
      tooLate.catch(() => {})
      await Promise.race([ended, tooLate]).finally(() => late.abort())
    },
  }
}
