import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'

const question: MessageBoxOptions = {
  type: 'question',
  title: 'Memharbor',
  message: 'Not everything here is done or saved',
  detail:
    'If the page is left now, what was typed and could not be saved is lost. Of what is being done with several tenants, that which is under way ends by itself, and the rest is not done.',
  buttons: ['Stay', 'Leave'],
  defaultId: 0,
  cancelId: 0,
  noLink: true,
}

/**
 * Asks when the page wants to be asked before it is left, by closing the window or by reloading. Without this, nothing
 * would happen and nothing be said. The question holds up nothing else: what runs goes on while it stands there.
 */
export function askBeforeLeaving(window: BrowserWindow): void {
  const { webContents } = window
  // By the page itself: what was refused a moment ago is still ending here, and reload() would do nothing.
  const reload = () => void webContents.executeJavaScript('location.reload()')
  let closing = false
  let asking = false
  let allowed = false
  // Comes before the page is asked; nothing comes before a page is loaded again.
  window.on('close', () => {
    closing = true
  })
  webContents.on('will-prevent-unload', (event) => {
    const again = closing ? () => window.close() : reload
    closing = false
    if (allowed) {
      allowed = false
      // Prevents that it prevents.
      event.preventDefault()
      return
    }
    if (asking) return
    asking = true
    void dialog.showMessageBox(window, question).then(({ response }) => {
      asking = false
      if (response !== 1 || window.isDestroyed()) return
      allowed = true
      // Not while Chromium is still at what the page has just prevented.
      setImmediate(again)
    })
  })
  // A page that had nothing more to lose did not ask again.
  webContents.on('did-finish-load', () => {
    allowed = false
  })
}
