import { openBrowserShell } from './browser-shell.ts'
import { noBrowser, noWindow } from './missing.ts'
import type { OpenShell } from './shell.ts'
import { openWindowShell } from './window-shell.ts'

/** A shell for a suite that runs in each of them. */
export interface ShellUnderTest {
  /** For the name of the suite, with why it is left out. */
  readonly name: string
  readonly missing: string
  readonly openShell: OpenShell
}

export const inBrowser: ShellUnderTest = {
  name: `in a browser${noBrowser}`,
  missing: noBrowser,
  openShell: openBrowserShell,
}

export const inWindow: ShellUnderTest = {
  name: `in the window${noWindow}`,
  missing: noWindow,
  openShell: openWindowShell,
}
