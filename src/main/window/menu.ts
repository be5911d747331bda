import { Menu, type MenuItemConstructorOptions } from 'electron'

/** The usual entries and shortcuts. Electron's own menu would have developer tools and links to its website. */
export function setMenu(): void {
  const first: MenuItemConstructorOptions =
    process.platform === 'darwin' ? { role: 'appMenu' } : { role: 'fileMenu' }
  Menu.setApplicationMenu(Menu.buildFromTemplate([first, { role: 'editMenu' }, { role: 'windowMenu' }]))
}
