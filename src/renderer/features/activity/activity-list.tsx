import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef, useState } from 'react'
import type { Operation } from '../../../contract/activity.ts'
import styles from './activity.module.css'
import { ActivityHead, headHeight } from './activity-head.tsx'
import { OperationRow } from './operation-row.tsx'

interface ActivityListProps {
  readonly operations: readonly Operation[]
  /** Loads older ones; undefined when all are there. */
  readonly onMore: (() => void) | undefined
}

/** The operations as rows that open; only those in sight are in the document. */
export function ActivityList({ operations, onMore }: ActivityListProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: operations.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 33,
    getItemKey: (index) => operations[index]?.id ?? index,
    overscan: 10,
    scrollMargin: headHeight,
  })
  const toggle = useCallback((id: string) => {
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  return (
    <div className={styles.list} ref={scroller}>
      {/* It scrolls sideways with the rows, so that each title stays over its column. */}
      <ActivityHead />
      <div className={styles.rows} style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const operation = operations[index]
          if (operation === undefined) return null
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              style={{
                position: 'absolute',
                insetInline: 0,
                transform: `translateY(${start - headHeight}px)`,
              }}
            >
              <OperationRow operation={operation} open={open.has(operation.id)} onToggle={toggle} />
            </div>
          )
        })}
      </div>
      {onMore !== undefined && (
        <div className={styles.more}>
          <Button variant="default" onClick={onMore}>
            Load older ones
          </Button>
        </div>
      )}
    </div>
  )
}
