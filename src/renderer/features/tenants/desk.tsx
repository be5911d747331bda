import { createContext, type ReactNode, useContext, useState } from 'react'
import { createFiguresStore, type FiguresStore } from '../../rpc/figures-store.ts'
import { createStore, type Store } from '../../rpc/store.ts'
import { type BulkState, noBulk } from './bulk/bulk-state.ts'
import { useLeaveGuard } from './bulk/use-leave-guard.ts'
import type { ColumnId } from './columns.ts'
import type { NewTenant } from './create/new-tenant.ts'
import { nothingSelected, type Selection } from './selection.ts'
import type { Sorting } from './sort-tenants.ts'

/** How the table stands: kept while other screens are shown, so that coming back finds it as it was left. */
export interface TableView {
  /** The text of the search field, filters included. */
  readonly text: string
  readonly sorting: Sorting
  readonly selection: Selection
  /** The row that keys act on. */
  readonly current: string | undefined
  readonly scrollTop: number
  /** Widths of columns that were dragged, in pixels. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>
  /** The name of a tenant to go to as soon as it is there. */
  readonly reveal: string | undefined
}

/** The part of the screen of tenants that outlives it. */
export interface TenantsDesk {
  readonly figures: FiguresStore
  readonly view: Store<TableView>
  readonly bulk: Store<BulkState>
  /** The first entries of the form for a new tenant: those of the last creation, when it failed. */
  readonly draft: Store<{ readonly entered: NewTenant | undefined }>
}

const firstView: TableView = {
  text: '',
  sorting: { column: 'name', descending: false },
  selection: nothingSelected,
  current: undefined,
  scrollTop: 0,
  widths: {},
  reveal: undefined,
}

function createDesk(): TenantsDesk {
  return {
    figures: createFiguresStore(),
    view: createStore(firstView),
    bulk: createStore<BulkState>(noBulk),
    draft: createStore<{ readonly entered: NewTenant | undefined }>({ entered: undefined }),
  }
}

const DeskContext = createContext<TenantsDesk | undefined>(undefined)

export function TenantsDeskProvider({ children }: { readonly children: ReactNode }) {
  const [desk] = useState(createDesk)
  useLeaveGuard(desk.bulk)
  return <DeskContext value={desk}>{children}</DeskContext>
}

export function useDesk(): TenantsDesk {
  const desk = useContext(DeskContext)
  if (desk === undefined) throw new Error('useDesk outside of TenantsDeskProvider')
  return desk
}

/** Changes a part of how the table stands. */
export function changeView({ view }: TenantsDesk, change: Partial<TableView>): void {
  view.set((before) => ({ ...before, ...change }))
}
