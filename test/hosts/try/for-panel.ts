import {
  forPanelWord,
  type SandboxMessage,
  sandboxRequestSchema,
} from '../../../src/main/adapters/sandbox/sandbox-message.ts'
import type { RouterContext } from '../../../src/main/router.ts'
import { openShell } from '../../../src/main/web/open-shell.ts'
import type { Closers } from './run.ts'

/** Whether a panel started this run, for its operator, who sees no terminal of it. */
export const forPanel = process.argv.includes(forPanelWord)

/** Tells that panel what happens; once it is gone, nobody. */
export const tellPanel = (message: SandboxMessage): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}

/** Serves the sandbox's own panel, and gives a link to it whenever the panel that started this run asks for one. */
export const servePanelTalk = async (
  context: RouterContext,
  closers: Closers,
  proven: boolean,
): Promise<void> => {
  const shell = await openShell(context, 0)
  closers.add('the panel in the browser', shell.close)
  process.on('message', (request) => {
    if (sandboxRequestSchema.safeParse(request).success) tellPanel({ kind: 'link', link: shell.newLink() })
  })
  tellPanel({ kind: 'up', proven })
}
