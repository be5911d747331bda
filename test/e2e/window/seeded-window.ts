import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { pino } from 'pino'
import { insertHost } from '../../../src/main/adapters/store/hosts.ts'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { sampleHost } from '../../main/store/samples.ts'
import { openAll } from '../journeys/closers.ts'
import { type OpenedWindow, openWindowShell, type WindowShell } from '../journeys/window-shell.ts'
import { openPlainUser, type PlainUser } from '../plain-user.ts'

/** How a command of the command line ended, and what it said. */
interface CliResult {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The panel in its window on a store with one host, `tor`, that nothing leads to. */
export interface SeededWindow extends OpenedWindow {
  readonly user: PlainUser
  readonly shell: WindowShell
  readonly dataDir: string
  /** Runs the command line on the same store. */
  runCli(...args: string[]): Promise<CliResult>
  /** Goes to a screen of the page. */
  goTo(screen: string): Promise<unknown>
}

export function openSeededWindow(): Promise<SeededWindow> {
  return openAll(async ({ push, close }) => {
    const user = await openPlainUser()
    push(user.remove)
    const shell = await openWindowShell({ user })
    push(shell.close)
    const dataDir = await seedStore(user)
    const window = await shell.open(dataDir)
    push(window.close)
    return {
      ...window,
      user,
      shell,
      dataDir,
      close,
      async runCli(...args) {
        const command = user.as(process.execPath, [shell.built.cli, ...args, '--data', dataDir])
        const options = {
          env: user.env,
          extendEnv: false,
          cwd: user.home,
          reject: false,
          timeout: 20_000,
        } as const
        const { exitCode, stdout, stderr } = await execa(...command, options)
        return { exitCode, stdout, stderr }
      },
      goTo: (screen) => window.page.evaluate(`location.hash = '#/${screen}'`),
    }
  })
}

async function seedStore(user: PlainUser): Promise<string> {
  const path = join(user.home, 'data')
  await mkdir(path, { mode: 0o700 })
  const store = await openStore(path, { log: pino({ level: 'silent' }) })
  await store.write((db) => insertHost(db, sampleHost()))
  await store.close()
  await user.own(path)
  return path
}
