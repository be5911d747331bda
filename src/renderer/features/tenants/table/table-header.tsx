import { VisuallyHidden } from '@mantine/core'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ColumnId, findColumn } from '../columns.ts'
import styles from './table.module.css'
import type { ColumnModel } from './use-columns.ts'

interface TableHeaderProps {
  readonly model: ColumnModel
  readonly allSelected: 'all' | 'some' | 'none'
  readonly onSelectAll: () => void
}

/** The titles of the columns: sort by them, drag their edges. */
export function TableHeader({ model, allSelected, onSelectAll }: TableHeaderProps) {
  const [group] = model.getHeaderGroups()
  return (
    <thead className={styles.head}>
      <tr aria-rowindex={1} className={styles.headRow}>
        <th scope="col" className={styles.mark} aria-label="Selected">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label="Select all that are shown"
            checked={allSelected === 'all'}
            ref={(box) => {
              if (box !== null) box.indeterminate = allSelected === 'some'
            }}
            onChange={onSelectAll}
          />
        </th>
        {group?.headers.map((header) => {
          const { column } = header
          const { title, figures } = findColumn(column.id as ColumnId)
          const sorted = column.getIsSorted()
          return (
            <th
              key={header.id}
              scope="col"
              className={styles.title}
              data-figures={figures}
              aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
            >
              <button type="button" className={styles.sort} onClick={() => column.toggleSorting()}>
                <span className={styles.titleText}>{title}</span>
                {sorted === 'asc' && <ArrowUp size={12} aria-hidden />}
                {sorted === 'desc' && <ArrowDown size={12} aria-hidden />}
              </button>
              <span
                className={styles.edge}
                data-resizing={column.getIsResizing()}
                onMouseDown={header.getResizeHandler()}
                onTouchStart={header.getResizeHandler()}
                onDoubleClick={() => column.resetSize()}
                aria-hidden
              />
            </th>
          )
        })}
        <th scope="col">
          <VisuallyHidden>Actions</VisuallyHidden>
        </th>
      </tr>
    </thead>
  )
}
