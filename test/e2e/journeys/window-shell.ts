import { execa } from 'execa'
import { type ElectronApplication, _electron as electron } from 'playwright-core'
import { type BuiltApp, buildApp } from '../build-app.ts'
import { openDisplay } from '../display.ts'
import { findElectron, prepareRuntime } from '../electron-runtime.ts'
import type { PlainUser } from '../plain-user.ts'
import { openAll } from './closers.ts'
import { patienceMs } from './driver.ts'
import { collectComplaints, type OpenedPanel, type OpenPanelOptions, type Shell } from './shell.ts'

/** A panel in its window, with both of its processes at hand. */
export interface OpenedWindow extends OpenedPanel {
  readonly app: ElectronApplication
}

export interface WindowShell extends Shell {
  readonly built: BuiltApp
  open(dataDir: string, options?: OpenPanelOptions): Promise<OpenedWindow>
  /** The program and arguments of one more start, with what its environment is. */
  command(dataDir: string): {
    readonly command: [string, string[]]
    readonly env: Readonly<Record<string, string>>
  }
}

/** The panel in its own window, as an ordinary user and with the sandbox on. */
export function openWindowShell({ user }: { readonly user: PlainUser }): Promise<WindowShell> {
  return openAll(async ({ push, close }) => {
    const [built, display] = await Promise.all([buildApp(), openDisplay()])
    push(display.close)
    const runtime = await prepareRuntime(findElectron() ?? '', built.path)
    push(runtime.remove)
    const executablePath = await user.wrap(runtime.executable)
    const env = { ...user.env, DISPLAY: display.name }
    const argsOf = (dataDir: string): string[] => [...runtime.args, '--data', dataDir]
    const command: WindowShell['command'] = (dataDir) => ({
      command: user.as(runtime.executable, argsOf(dataDir)),
      env,
    })
    return {
      built,
      command,
      open: (dataDir, options = {}) =>
        openAll(async (parts) => {
          const app = await electron.launch({
            ...{ executablePath, args: argsOf(dataDir), cwd: user.home, env: { ...env, ...options.env } },
            chromiumSandbox: true,
            colorScheme: null,
          })
          parts.push(() => app.close())
          let said = ''
          const { stdout, stderr } = app.process()
          for (const output of [stdout, stderr]) output?.on('data', (part: Buffer) => (said += part))
          const page = await app.firstWindow()
          page.setDefaultTimeout(patienceMs)
          const complaints = collectComplaints(page)
          if (options.prepare !== undefined) {
            await options.prepare(page)
            await page.reload()
          }
          return { app, page, complaints, said: () => said, close: parts.close }
        }),
      async startAgain(dataDir) {
        const options = { env, extendEnv: false, reject: false, timeout: 30_000, all: true } as const
        const { exitCode, all } = await execa(...command(dataDir).command, options)
        return { status: exitCode, said: all }
      },
      close,
    }
  })
}
