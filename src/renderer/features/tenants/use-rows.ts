import { useMemo } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { useStore } from '../../rpc/store.ts'
import { type TableView, useDesk } from './desk.tsx'
import { filterTenants } from './filter-tenants.ts'
import { describeOrder } from './observed.ts'
import { parseQuery } from './query.ts'
import { sortsByFigures, sortTenants } from './sort-tenants.ts'
import { useFiguresVersion } from './use-figures.ts'

const selectTenants = ({ tenants }: LiveState): readonly Tenant[] => tenants
const selectText = ({ text }: TableView): string => text
const selectSorting = ({ sorting }: TableView) => sorting

/** Rows that move while they are read are worse than an order that is some seconds old. */
const sortEveryMs = 5_000

interface Rows {
  readonly all: readonly Tenant[]
  /** The tenants that the search lets through. */
  readonly shown: readonly Tenant[]
  /** The gap in their order, where it is one by figures that are not all observed; else empty. */
  readonly order: string
}

/** All tenants in their order, and those that the search lets through. Sorted before, so that a key only filters. */
export function useRows(): Rows {
  const { figures, view } = useDesk()
  const tenants = useLive(selectTenants)
  const text = useStore(view, selectText)
  const sorting = useStore(view, selectSorting)
  const byFigures = sortsByFigures(sorting.column)
  const version = useFiguresVersion(byFigures, sortEveryMs)
  const all = useMemo(() => {
    void version
    return sortTenants(tenants, sorting, figures.get)
  }, [tenants, sorting, figures, version])
  const shown = useMemo(() => filterTenants(all, parseQuery(text)), [all, text])
  const order = useMemo(() => {
    // Of the moment of the order, not of now.
    void version
    return byFigures ? describeOrder(shown, figures.get) : ''
  }, [byFigures, shown, figures, version])
  return { all, shown, order }
}
