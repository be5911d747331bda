import { app, type DownloadItem, session } from 'electron'

/** Copying by a button. Everything else that a page can ask for is refused. */
const allowed = 'clipboard-sanitized-write'

/**
 * Refuses every permission and device to every page, but for writing to the clipboard to our own, and every download but
 * those of text that our own page made; the system asks where to. Call it when Electron is ready.
 * @param origin of our page
 */
export function denyPermissions(origin: string): void {
  const { defaultSession } = session
  const isOurs = (url: string): boolean => url === origin || url.startsWith(`${origin}/`)
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(permission === allowed && isOurs(requestingUrl)),
  )
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, requesting) => permission === allowed && isOurs(requesting),
  )
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.on('will-download', (event, item, contents) => {
    if (isMadeBy(origin, item) && isOurs(contents?.getURL() ?? '')) return
    event.preventDefault()
  })
}

/** `blob:app://panel/5cd0c8a5-…`: the origin of who made it is in its address. */
function isMadeBy(origin: string, item: DownloadItem): boolean {
  return item.getURLChain().every((url) => url.startsWith(`blob:${origin}/`))
}

/**
 * Keeps every page where it is: no navigation, redirect, new window or embedded page leads anywhere. Loading the same page
 * again is all that a page may do, as it does when its connection was lost.
 */
export function blockNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    // Loads by the main process itself do not come by here.
    contents.on('will-frame-navigate', (event) => {
      const isReload = event.isMainFrame && isSameDocument(event.url, contents.getURL())
      if (!isReload) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** `app://panel/#/hosts` and `app://panel/#/settings` are: what follows the # is the page's own matter. */
function isSameDocument(url: string, other: string): boolean {
  const [document] = url.split('#')
  return document !== '' && document === other.split('#')[0]
}
