import { BrowserWindow, nativeTheme } from 'electron'
import { keepPlace, recallPlace } from './keep-place.ts'
import { smallest } from './place.ts'

/** The page's background in both themes, so that nothing flashes before it is painted. */
const background = { light: '#ffffff', dark: '#242424' }

export interface WindowOptions {
  readonly preload: string
  /** Whether there are developer tools. */
  readonly devTools: boolean
}

/** The panel's one window where it was the last time, hidden until its page is painted. Its page is not loaded yet. */
export function createWindow({ preload, devTools }: WindowOptions): BrowserWindow {
  const { maximized, ...place } = recallPlace()
  const window = new BrowserWindow({
    ...place,
    minWidth: smallest.width,
    minHeight: smallest.height,
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
      devTools,
    },
  })
  keepPlace(window)
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  return window
}
