import { Button, Text } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { Tenant } from '../../../contract/tenant.ts'
import { useKeys } from '../../frame/use-keys.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { useStore } from '../../rpc/store.ts'
import { Screen } from '../../ui/screen.tsx'
import { AskingDialogs } from './bulk/asking-dialogs.tsx'
import { NewTenantDialog } from './create/new-tenant-dialog.tsx'
import { changeView, type TableView, useDesk } from './desk.tsx'
import { NoRows } from './no-rows.tsx'
import { type MenuPlace, RowMenu } from './row-menu.tsx'
import { StatusBar } from './status-bar.tsx'
import type { TableCommands } from './table/table-commands.ts'
import { TenantTable } from './table/tenant-table.tsx'
import { Toolbar } from './toolbar.tsx'
import { countTotals } from './totals.ts'
import { useTenantActions } from './use-actions-of-tenants.ts'
import { useCancel } from './use-cancel.ts'
import { useKeptColumns } from './use-kept-columns.ts'
import { useLastingMarks } from './use-lasting-marks.ts'
import { useLinkedQuery } from './use-linked-query.ts'
import { useReveal } from './use-reveal.ts'
import { useRows } from './use-rows.ts'
import { useTenantsPalette } from './use-tenants-palette.ts'

const countHosts = ({ hosts }: LiveState): number => hosts.length
const selectSelection = ({ selection }: TableView) => selection

/** Every tenant of every host. */
export function TenantsScreen() {
  const desk = useDesk()
  const [, navigate] = useLocation()
  const { all, shown, order } = useRows()
  const hosts = useLive(countHosts)
  const { columns, setColumns } = useKeptColumns(hosts)
  const { actions, asking, endAsking } = useTenantActions()
  const selection = useStore(desk.view, selectSelection)
  const search = useRef<HTMLInputElement>(null)
  const screen = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<MenuPlace>()
  const cancel = useCancel()
  useReveal(all, shown)
  useLastingMarks(shown)
  useLinkedQuery()

  const selected = useMemo(() => all.filter(({ id }) => selection.ids.has(id)), [all, selection])
  const hidden = useMemo(() => {
    if (selected.length === 0) return 0
    const ids = new Set(shown.map(({ id }) => id))
    return selected.filter(({ id }) => !ids.has(id)).length
  }, [selected, shown])
  const totals = useMemo(() => countTotals(shown), [shown])

  const toTable = useCallback(
    () => screen.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true }),
    [],
  )
  const toSearch = useCallback(() => {
    search.current?.focus()
    search.current?.select()
  }, [])
  useKeys([{ keys: '/', run: toSearch }])
  const hasRows = shown.length > 0
  // Keys work at once, unless something else was reached by keys.
  useEffect(() => {
    if (hasRows && document.activeElement?.contains(screen.current) === true) toTable()
  }, [hasRows, toTable])
  const open = useCallback(({ id }: Tenant) => navigate(`/tenants/${id}`), [navigate])
  // The same element at every key in the search field, so that it is not drawn again.
  const newTenant = useMemo(
    () => (
      <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => navigate('/tenants?new')}>
        New tenant
      </Button>
    ),
    [navigate],
  )
  const commands: TableCommands = {
    open,
    remove: (tenants) => actions.start('delete', tenants.length > 0 ? tenants : selected),
    cancel,
    menu: (tenant, { x, y }) =>
      setPlace({ tenants: selection.ids.has(tenant.id) ? selected : [tenant], x, y }),
    search: toSearch,
    clear: () => changeView(desk, { text: '' }),
  }
  useTenantsPalette({ selected, actions, toSearch })
  const closeMenu = (): void => {
    setPlace(undefined)
    toTable()
  }

  return (
    <Screen
      title="Tenants"
      beside={<Text className="quiet figure">{describeCount(shown.length, all.length, order)}</Text>}
      actions={newTenant}
      scroll={false}
    >
      <div ref={screen} style={{ display: 'contents' }}>
        {all.length > 0 && (
          <Toolbar
            search={search}
            tenants={all}
            manyHosts={hosts > 1}
            columns={columns}
            onColumns={setColumns}
            onLeave={toTable}
          />
        )}
        {hasRows ? (
          <TenantTable rows={shown} columns={columns} commands={commands} />
        ) : (
          <NoRows none={all.length === 0} />
        )}
        {all.length > 0 && (
          <StatusBar totals={totals} selected={selected} hidden={hidden} actions={actions} />
        )}
      </div>
      <RowMenu place={place} actions={actions} onOpen={open} onClose={closeMenu} />
      <AskingDialogs asking={asking} onClose={endAsking} />
      <NewTenantDialog />
    </Screen>
  )
}

/** `10,000`, `12 of 10,000, sorted by what is known: 3 of 12` */
function describeCount(shown: number, all: number, order: string): string {
  const total = all.toLocaleString('en')
  const count = shown === all ? total : `${shown.toLocaleString('en')} of ${total}`
  return order === '' ? count : `${count}, ${order}`
}
