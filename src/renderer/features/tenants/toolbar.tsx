import { ActionIcon, Kbd, TextInput } from '@mantine/core'
import { Search, X } from 'lucide-react'
import { memo, type RefObject } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useStore } from '../../rpc/store.ts'
import { ColumnMenu } from './column-menu.tsx'
import type { ColumnId } from './columns.ts'
import { changeView, type TableView, useDesk } from './desk.tsx'
import { FilterMenu } from './filter-menu.tsx'
import styles from './tenants.module.css'

const selectText = ({ text }: TableView): string => text

interface ToolbarProps {
  readonly search: RefObject<HTMLInputElement | null>
  readonly tenants: readonly Tenant[]
  readonly manyHosts: boolean
  readonly columns: readonly ColumnId[]
  readonly onColumns: (columns: readonly ColumnId[]) => void
  /** From the search field into the table. */
  readonly onLeave: () => void
}

/** Search, filters and columns. Filters are words of the search, so that what hides a row can be read and edited. */
export const Toolbar = memo(function Toolbar({
  search,
  tenants,
  manyHosts,
  columns,
  onColumns,
  onLeave,
}: ToolbarProps) {
  return (
    <search className={styles.toolbar}>
      <SearchField search={search} onLeave={onLeave} />
      <FilterMenu kind="state" title="State" tenants={tenants} />
      <FilterMenu kind="health" title="Health" tenants={tenants} />
      {manyHosts && <FilterMenu kind="host" title="Host" tenants={tenants} />}
      <FilterMenu kind="tag" title="Tag" tenants={tenants} />
      <div className={styles.grow} />
      <ColumnMenu columns={columns} onChange={onColumns} />
    </search>
  )
})

/** The only part that follows every key. */
function SearchField({ search, onLeave }: Pick<ToolbarProps, 'search' | 'onLeave'>) {
  const desk = useDesk()
  const text = useStore(desk.view, selectText)
  const setText = (next: string): void => changeView(desk, { text: next })
  return (
    <TextInput
      ref={search}
      className={styles.search}
      aria-label="Search tenants"
      placeholder="Name, port, tag, host or allowed address"
      title="state:failed, health:full, host:NAME and tag:NAME filter; words are searched for"
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') {
          event.preventDefault()
          onLeave()
        }
        if (event.key === 'Escape') {
          event.preventDefault()
          if (text === '') onLeave()
          else setText('')
        }
      }}
      autoComplete="off"
      spellCheck={false}
      leftSection={<Search size={14} aria-hidden />}
      rightSection={
        text === '' ? (
          <Kbd size="xs">/</Kbd>
        ) : (
          <ActionIcon
            aria-label="Clear the search"
            onClick={() => {
              setText('')
              search.current?.focus()
            }}
          >
            <X size={14} aria-hidden />
          </ActionIcon>
        )
      }
    />
  )
}
