import { memo } from 'react'
import type { Operation } from '../../../../contract/activity.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { TenantState } from '../../../ui/tenant-state.tsx'
import type { ColumnId } from '../columns.ts'
import { useFigures } from '../use-figures.ts'
import { renderCell } from './cells.tsx'
import { describeSteps } from './operation-text.ts'
import styles from './table.module.css'

export const rowHeight = 31

interface TenantRowProps {
  readonly tenant: Tenant
  readonly columns: readonly ColumnId[]
  /** From 0, among those that are shown. */
  readonly index: number
  readonly selected: boolean
  readonly current: boolean
  readonly copied: boolean
  /** The operation on it, when that takes a while. */
  readonly operation: Operation | undefined
}

export const rowElementId = (tenantId: string): string => `tenant-row-${tenantId}`

/** One tenant. Clicks are heard by the table: a listener for each button of each row would have to be made anew as rows come. */
export const TenantRow = memo(function TenantRow(props: TenantRowProps) {
  const { tenant, columns, index, selected, current, copied, operation } = props
  const figures = useFigures(tenant.id)
  return (
    <tr
      id={rowElementId(tenant.id)}
      className={styles.row}
      data-id={tenant.id}
      data-current={current || undefined}
      data-stale={tenant.state === 'unknown' || undefined}
      aria-rowindex={index + 2}
      aria-selected={selected}
      style={{ transform: `translateY(${index * rowHeight}px)` }}
    >
      <td className={styles.mark}>
        <input
          type="checkbox"
          tabIndex={-1}
          data-action="select"
          aria-label={`Select ${tenant.name}`}
          checked={selected}
          readOnly
        />
      </td>
      {operation === undefined ? (
        columns.map((column) => renderCell(column, tenant, figures, copied))
      ) : (
        <>
          {renderCell('name', tenant, figures, false)}
          <OperationCell tenant={tenant} operation={operation} />
        </>
      )}
      <td className={styles.menu}>
        <button
          type="button"
          tabIndex={-1}
          data-action="menu"
          className={styles.menuButton}
          aria-label={`Actions for ${tenant.name}`}
          aria-haspopup="menu"
        >
          ⋯
        </button>
      </td>
    </tr>
  )
})

function OperationCell({ tenant, operation }: { readonly tenant: Tenant; readonly operation: Operation }) {
  const { share, sentence } = describeSteps(operation)
  const verb = operation.kind.replace(/^tenant /, '')
  const busy = tenant.state === 'creating' || tenant.state === 'deleting'
  return (
    <td
      className={styles.operation}
      data-steps
      title={operation.steps.map((step) => `${step.sentence} (${step.state})`).join('\n')}
    >
      {busy ? <TenantState state={tenant.state} /> : <span className={styles.verb}>{verb}</span>}
      <span className={styles.bar} aria-hidden>
        <span className={styles.fill} style={{ transform: `scaleX(${share})` }} />
      </span>
      <span className={styles.step}>{sentence}</span>
      {operation.cancellable && (
        <button type="button" tabIndex={-1} data-action="cancel" className={styles.cancel}>
          Cancel
        </button>
      )}
    </td>
  )
}
