import { app, type BrowserWindow, dialog } from 'electron'
import type { Logger } from 'pino'

/** A page that ends again so soon would be loaded for ever; milliseconds. */
const soonMs = 60_000

/**
 * Loads the page again when its process has ended, as by lack of memory. What it began goes on without it. If it ends
 * again soon, the operator is asked.
 */
export function recoverPage(window: BrowserWindow, log: Logger): void {
  let endedAt = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log.error({ reason, exitCode }, 'the process of the page ended')
    const isSoon = performance.now() - endedAt < soonMs
    endedAt = performance.now()
    if (!isSoon) window.webContents.reload()
    else void ask(window, reason)
  })
}

async function ask(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The page of the panel has ended twice in a minute.',
    detail: `The system says: ${reason}. What it began on the hosts goes on. The log is in the folder of the store.`,
    buttons: ['Load it again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) window.webContents.reload()
  else app.quit()
}
