import { app, session } from 'electron'

/** Refuses every permission, download and device to every page. Call it when Electron is ready. */
export function denyPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.on('will-download', (event) => event.preventDefault())
}

/** Keeps every page where it is: no navigation, redirect, new window or embedded page leads anywhere. */
export function blockNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    // Reloading is no navigation, and what the main process loads by itself does not come by here.
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}
