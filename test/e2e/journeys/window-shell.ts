import { execa } from 'execa'
import { _electron as electron } from 'playwright-core'
import { buildApp } from '../build-app.ts'
import { openDisplay } from '../display.ts'
import { findElectron, prepareRuntime } from '../electron-runtime.ts'
import { openAll } from './closers.ts'
import { patienceMs } from './driver.ts'
import { collectComplaints, type Shell } from './shell.ts'
import type { World } from './world.ts'

/** The panel in its own window, as an ordinary user and with the sandbox on. */
export function openWindowShell({ user }: World): Promise<Shell> {
  return openAll(async ({ push, close }) => {
    const [app, display] = await Promise.all([buildApp(), openDisplay()])
    push(display.close)
    const runtime = await prepareRuntime(findElectron() ?? '', app.path)
    push(runtime.remove)
    const executablePath = await user.wrap(runtime.executable)
    const env = { ...user.env, DISPLAY: display.name }
    const argsOf = (dataDir: string): string[] => [...runtime.args, '--data', dataDir]
    return {
      open: (dataDir, options = {}) =>
        openAll(async (parts) => {
          const window = await electron.launch({
            ...{ executablePath, args: argsOf(dataDir), cwd: user.home, env: { ...env, ...options.env } },
            chromiumSandbox: true,
            colorScheme: null,
          })
          parts.push(() => window.close())
          let said = ''
          const { stdout, stderr } = window.process()
          for (const output of [stdout, stderr]) output?.on('data', (part: Buffer) => (said += part))
          const page = await window.firstWindow()
          page.setDefaultTimeout(patienceMs)
          const complaints = collectComplaints(page)
          if (options.prepare !== undefined) {
            await options.prepare(page)
            await page.reload()
          }
          return { page, complaints, said: () => said, close: parts.close }
        }),
      async startAgain(dataDir) {
        const options = { env, extendEnv: false, reject: false, timeout: 30_000, all: true } as const
        const { exitCode, all } = await execa(...user.as(runtime.executable, argsOf(dataDir)), options)
        return { status: exitCode, said: all }
      },
      close,
    }
  })
}
