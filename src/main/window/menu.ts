import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../contract/menu-command.ts'

export interface MenuOptions {
  /** Tells the page what was chosen. */
  readonly send: (command: MenuCommand) => void
  /** Whether there are developer tools. */
  readonly devTools: boolean
}

const separator: MenuItemConstructorOptions = { type: 'separator' }
const isMac = process.platform === 'darwin'

/** The usual entries and shortcuts. Electron's own menu would have developer tools and links to its website. */
export function setMenu({ send, devTools }: MenuOptions): void {
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => send(command),
  })
  const settings = item('Settings…', 'settings', 'CmdOrCtrl+,')
  const about = item('About Memharbor', 'about')
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      ...[about, separator, settings, separator],
      ...(['services', 'hide', 'hideOthers', 'unhide'] as const).map((role) => ({ role })),
      ...[separator, { role: 'quit' } as const],
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('New tenant…', 'new-tenant', 'CmdOrCtrl+N'),
      ...(isMac
        ? [separator, { role: 'close' } as const]
        : [separator, settings, separator, { role: 'quit' } as const]),
    ],
  }
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [
      ...(['undo', 'redo'] as const).map((role) => ({ role })),
      separator,
      ...(['cut', 'copy', 'paste', 'selectAll'] as const).map((role) => ({ role })),
      separator,
      item('Find', 'find', 'CmdOrCtrl+F'),
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      item('Command palette', 'palette', 'CmdOrCtrl+K'),
      separator,
      ...(['reload', 'resetZoom', 'zoomIn', 'zoomOut'] as const).map((role) => ({ role })),
      // On many keyboards the plus is the shifted equals sign.
      { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false, acceleratorWorksWhenHidden: true },
      separator,
      { role: 'togglefullscreen' },
      ...(devTools ? [separator, { role: 'toggleDevTools' } as const] : []),
    ],
  }
  const help: MenuItemConstructorOptions = { role: 'help', submenu: isMac ? [] : [about] }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [appMenu] : []),
      ...[file, edit, view],
      { role: 'windowMenu' },
      ...(isMac ? [] : [help]),
    ]),
  )
}
