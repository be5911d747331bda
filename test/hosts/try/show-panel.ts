import type { RouterContext } from '../../../src/main/router.ts'
import { findPageRoot } from '../../../src/main/web/find-page-root.ts'
import { describeNewLink, onNewLinkAsked } from '../../../src/main/web/new-link.ts'
import { canOpenBrowser, openInBrowser } from '../../../src/main/web/open-in-browser.ts'
import { openShell } from '../../../src/main/web/open-shell.ts'
import type { Closers } from './run.ts'

/**
 * Serves the sandbox's panel to browsers on this computer, and opens one where there is a display.
 * @returns what a person can do with it; empty where the page was not built
 */
export const showPanel = async (
  context: RouterContext,
  closers: Closers,
  say: (text: string) => void,
): Promise<string> => {
  if (findPageRoot() === undefined) return ''
  const shell = await openShell(context, 0)
  closers.add('the panel in the browser', shell.close)
  const stop = onNewLinkAsked(() => say(shell.newLink()))
  closers.add('the links', async () => stop())
  if (canOpenBrowser()) {
    const remove = await openInBrowser(shell.newLink())
    if (remove !== undefined) closers.add('the file that opens the browser', remove)
  }
  return `
The panel on this sandbox opens with this link, once:

  ${shell.newLink()}

${describeNewLink()}
`
}
