import { VisuallyHidden } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { AllowTableRow } from './allow-row.tsx'
import type { AllowRow } from './allow-rows.ts'
import styles from './allow-table.module.css'

/** In pixels, as in the style sheet. */
const rowHeight = 32

interface AllowTableProps {
  readonly rows: readonly AllowRow[]
  readonly pending: string | undefined
  readonly onRelabel: (cidr: string, label: string) => void
  readonly onRevoke: (cidr: string) => void
}

/** The entries; of a long list only those in view are drawn. */
export function AllowTable({ rows, pending, onRelabel, onRevoke }: AllowTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  })
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element can't be drawn in part
    <div
      role="table"
      ref={scroller}
      className={styles.table}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region without this can't be scrolled by keys
      tabIndex={0}
      aria-label="Allowed addresses"
      aria-rowcount={rows.length + 1}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: rows are not pressed, what is in them is */}
      <div role="row" className={styles.head} aria-rowindex={1}>
        <Head>Address or range</Head>
        <Head>Label</Head>
        <Head end>Addresses</Head>
        <Head>
          <VisuallyHidden component="span">Remove</VisuallyHidden>
        </Head>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <AllowTableRow
              key={key}
              row={row}
              index={index}
              top={start}
              busy={pending !== undefined}
              pending={pending === row.cidr}
              onRelabel={onRelabel}
              onRevoke={onRevoke}
            />
          )
        })}
      </div>
    </div>
  )
}

function Head({ end = false, children }: { readonly end?: boolean; readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: it does nothing when pressed
    <div role="columnheader" className={end ? styles.end : undefined}>
      {children}
    </div>
  )
}
