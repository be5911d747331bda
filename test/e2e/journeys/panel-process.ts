import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BuiltApp } from '../build-app.ts'
import type { PlainUser } from '../plain-user.ts'
import { patienceMs } from './driver.ts'

/** `memharbor panel` as the operator runs it, with the link that it printed. */
export interface PanelProcess {
  readonly link: string
  readonly pid: number
  /** The rest of its output so far. */
  said(): string
  /** Ends it as Ctrl-C does; fails when it does not end by itself. */
  stop(): Promise<void>
  /** Ends it without a chance to do anything more. */
  kill(): Promise<void>
}

/** The program and arguments of a panel for a browser that the operator opens by hand. */
export function panelCommand({ cli, node }: BuiltApp, user: PlainUser, dataDir: string): [string, string[]] {
  return user.as(node, [cli, 'panel', '--no-browser', '--data', dataDir])
}

/** @param env what the operator's session adds to the environment, such as a message bus */
export async function startPanelProcess(
  app: BuiltApp,
  user: PlainUser,
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<PanelProcess> {
  const child = spawn(...panelCommand(app, user, dataDir), {
    ...{ cwd: user.home, env: { ...user.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  })
  const ended = once(child, 'exit')
  let said = ''
  child.stderr.on('data', (part: Buffer) => {
    said += part
  })
  const link = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then(() => ''),
  ])
  const { pid } = child
  if (link === '' || pid === undefined) throw new Error(`the panel did not start: ${said}`)
  return {
    link,
    pid,
    said: () => said,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
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
