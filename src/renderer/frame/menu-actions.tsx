import { useEffect, useRef } from 'react'
import type { MenuCommand } from '../../contract/menu-command.ts'
import type { PanelConnection } from '../rpc/client.ts'
import { useAllActions } from './actions.tsx'
import { findDialog } from './find-dialog.ts'
import { openPalette } from './palette.tsx'

/** The action that an entry of the window's menu stands for; the palette is none. */
const actionOf: Readonly<Record<Exclude<MenuCommand, 'palette'>, string>> = {
  'new-tenant': 'tenant.create',
  find: 'tenants.search',
  settings: 'go.settings',
  about: 'go.settings',
}

/** Does what the window's menu asks for. */
export function MenuActions({ onMenu }: Pick<PanelConnection, 'onMenu'>) {
  const actions = useAllActions()
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  }, [actions])
  useEffect(
    () =>
      onMenu((command) => {
        // As with keys: what is behind an open question is not reached.
        if (findDialog() !== undefined) return
        if (command === 'palette') return openPalette()
        const wanted = actionOf[command]
        // Where there is nothing to search in, the palette finds everything.
        const action = latest.current.find(({ id }) => id === wanted)
        if (action === undefined) openPalette()
        else action.run()
      }),
    [onMenu],
  )
  return null
}
