import type { Page } from 'playwright-core'
import type { World } from './world.ts'

/** The panel in one of its shells, shown to an operator, and the world around it. */
export interface Stage {
  readonly page: Page
  readonly world: World
  readonly dataDir: string
  /** What the page complained about so far. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}
