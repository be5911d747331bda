import type { Page } from 'playwright-core'
import { openAll } from './closers.ts'
import type { OpenPanelOptions, OpenShell, Refused } from './shell.ts'
import { makeDataDir, startWorld, type World } from './world.ts'

/** The panel in one of its shells, shown to an operator, and the world around it. */
export interface Stage {
  readonly page: Page
  readonly world: World
  /** The page's complaints so far. */
  readonly complaints: readonly string[]
  /** Starts the program once more on the same store. */
  startAgain(): Promise<Refused>
  close(): Promise<void>
}

export function openStage(openShell: OpenShell, options: OpenPanelOptions = {}): Promise<Stage> {
  return openAll(async ({ push, close }) => {
    const world = await startWorld()
    push(world.stop)
    const shell = await openShell(world)
    push(shell.close)
    const dataDir = await makeDataDir(world)
    const panel = await shell.open(dataDir, options)
    push(panel.close)
    const { page, complaints } = panel
    return { page, world, complaints, startAgain: () => shell.startAgain(dataDir), close }
  })
}
