import type { ConsoleMessage, Page } from 'playwright-core'
import type { PlainUser } from '../plain-user.ts'

/** A panel that runs, shown to an operator. */
export interface OpenedPanel {
  readonly page: Page
  /** The page's complaints so far. */
  readonly complaints: readonly string[]
  /** The program's output so far. */
  said(): string
  /** Ends the program as an operator does. */
  close(): Promise<void>
}

export interface OpenPanelOptions {
  /** The variables that the operator's session adds to the environment, such as a message bus. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Does something with the page before the panel is loaded in it. */
  readonly prepare?: ((page: Page) => Promise<void>) | undefined
}

/** How a program ended that was not let in. */
export interface Refused {
  readonly status: number | undefined
  readonly said: string
}

/** One of the ways in which an operator sees the panel. */
export interface Shell {
  open(dataDir: string, options?: OpenPanelOptions): Promise<OpenedPanel>
  /** Starts the program once more on a store that a panel of this shell has. */
  startAgain(dataDir: string): Promise<Refused>
  close(): Promise<void>
}

export type OpenShell = (operator: { readonly user: PlainUser }) => Promise<Shell>

/** Errors of a page, from now on. */
export function collectComplaints(page: Page): readonly string[] {
  const complaints: string[] = []
  const hear = (message: ConsoleMessage): unknown =>
    message.type() === 'error' && complaints.push(message.text())
  page.on('console', hear)
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}
