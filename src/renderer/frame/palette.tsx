import { Kbd } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useLive } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'
import { useAllActions } from './actions.tsx'
import { findDialog } from './find-dialog.ts'
import { useGlobalActions } from './global-actions.ts'
import { renderKeys } from './render-keys.ts'
import { useKeys } from './use-keys.ts'

const [paletteStore, palette] = createSpotlight()

const isPaletteOpen = (): boolean => paletteStore.getState().opened
const isFree = (): boolean => isPaletteOpen() || findDialog() === undefined

export const openPalette = palette.open

const selectTenants = ({ tenants }: LiveState) => tenants

/** More would not be read; typing one more letter finds the rest. */
const mostTenants = 20

/** Every action and every tenant, by typing a part of its name. */
export function Palette() {
  useGlobalActions()
  const actions = useAllActions()
  const tenants = useLive(selectTenants)
  const [, navigate] = useLocation()
  const isMac = useOs() === 'macos'
  const [query, setQuery] = useState('')
  useKeys([{ keys: 'mod+K', run: palette.toggle }], { inFields: true, isAllowed: isFree })
  const wanted = query.trim().toLowerCase()
  const items = useMemo<SpotlightActionData[]>(() => {
    const found = actions
      .filter(({ title, hint }) => `${title} ${hint ?? ''}`.toLowerCase().includes(wanted))
      .map(({ id, title, hint, keys, run }) => ({
        ...{ id, label: title, description: hint, onClick: run },
        rightSection: keys === undefined ? undefined : <Kbd size="xs">{renderKeys(keys, isMac)}</Kbd>,
      }))
    const named: SpotlightActionData[] = []
    for (const { id, name, host, port, tags } of tenants) {
      if (wanted === '' || named.length === mostTenants) break
      if (!`${name} ${port ?? ''} ${tags.join(' ')}`.toLowerCase().includes(wanted)) continue
      const description = `Tenant on ${host}${port === null ? '' : `, port ${port}`}`
      named.push({
        id: `tenant.open.${id}`,
        label: name,
        description,
        onClick: () => navigate(`/tenants/${id}`),
      })
    }
    return [...found, ...named]
  }, [actions, tenants, wanted, navigate, isMac])
  return (
    <Spotlight
      store={paletteStore}
      actions={items}
      query={query}
      onQueryChange={setQuery}
      filter={(_query, all) => all}
      // It has its own keys, which are those of every layout.
      shortcut={null}
      attributes={{ content: { 'aria-label': 'Find anything' } }}
      // Locking writes a style sheet that the page's policy refuses; the window itself never scrolls.
      lockScroll={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
      transitionProps={{ duration: 60, exitDuration: 0 }}
      // Where the field is does not depend on how much is found.
      centered={false}
      yOffset="14vh"
      nothingFound="Nothing is called that."
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        placeholder: 'An action or a tenant',
        'aria-label': 'Find an action or a tenant',
        leftSection: <Search size={16} aria-hidden />,
      }}
    />
  )
}
