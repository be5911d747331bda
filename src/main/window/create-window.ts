import { BrowserWindow, nativeTheme } from 'electron'

/** The page's background in both themes, so that nothing flashes before it is painted; src/renderer/style.css has them too. */
const background = { light: '#f7f8f9', dark: '#16191d' }

/** The panel's one window, hidden until its page is painted. Its page is not loaded yet. */
export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1100,
    height: 760,
    minWidth: 640,
    minHeight: 420,
    show: false,
    title: 'Memharbor',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      // Its dictionaries would be fetched from the internet.
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  return window
}
