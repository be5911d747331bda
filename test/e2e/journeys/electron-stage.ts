import { execa } from 'execa'
import { type ElectronApplication, _electron as electron } from 'playwright-core'
import { buildApp } from '../build-app.ts'
import { openDisplay } from '../display.ts'
import { findElectron, prepareRuntime } from '../electron-runtime.ts'
import { patienceMs } from './driver.ts'
import type { Stage } from './stage.ts'
import { makeDataDir, startWorld } from './world.ts'

/** The panel in its own window, as an ordinary user and with the sandbox on. */
export interface ElectronStage extends Stage {
  readonly window: ElectronApplication
  /** Starts the program once more on the same store, and gives the status it ends with. */
  startAgain(): Promise<number | undefined>
}

export async function openElectronStage(): Promise<ElectronStage> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).reverse()) await step()
  }
  try {
    const [world, app, display] = await Promise.all([startWorld(), buildApp(), openDisplay()])
    opened.push(world.stop, display.close)
    const runtime = await prepareRuntime(findElectron() ?? '', app.path)
    opened.push(runtime.remove)
    const { user } = world
    const dataDir = await makeDataDir(world)
    const args = [...runtime.args, '--data', dataDir]
    const env = { ...user.env, DISPLAY: display.name }
    const window = await electron.launch({
      ...{ executablePath: await user.wrap(runtime.executable), args, cwd: user.home, env },
      chromiumSandbox: true,
      colorScheme: null,
    })
    opened.push(() => window.close())
    const page = await window.firstWindow()
    page.setDefaultTimeout(patienceMs)
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    const startAgain = async (): Promise<number | undefined> => {
      const options = { env, extendEnv: false, reject: false, timeout: 30_000 } as const
      return (await execa(...user.as(runtime.executable, args), options)).exitCode
    }
    return { page, world, dataDir, complaints, window, startAgain, close }
  } catch (error) {
    await close()
    throw error
  }
}
