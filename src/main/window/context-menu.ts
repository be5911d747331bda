import { type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'

/** The usual menu of the right mouse button: all of editing in a field, copying where text is selected. */
export function offerContextMenu(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    const item = (role: 'cut' | 'copy' | 'paste' | 'selectAll', enabled: boolean) => ({ role, enabled })
    const copy = item('copy', editFlags.canCopy)
    const editing: MenuItemConstructorOptions[] = [
      ...[item('cut', editFlags.canCut), copy, item('paste', editFlags.canPaste)],
      ...[{ type: 'separator' } as const, item('selectAll', editFlags.canSelectAll)],
    ]
    const items = isEditable ? editing : selectionText === '' ? [] : [copy]
    if (items.length > 0) Menu.buildFromTemplate(items).popup({ window })
  })
}
