import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import type { KnownFigures } from '../../../rpc/figures-store.ts'
import { renderEndpoint } from '../../../ui/endpoint.ts'
import { isMild, renderHealth, renderMark } from '../../../ui/health.ts'
import { isPending } from '../../../ui/pending.ts'
import { TenantState } from '../../../ui/tenant-state.tsx'
import type { ColumnId } from '../columns.ts'
import { type CellText, renderAllowed, renderDay, renderFigure, renderMemory } from './cell-text.ts'
import styles from './table.module.css'

/**
 * One cell. Functions and plain elements, no components: a screen of rows has four hundred cells, and scrolling makes
 * all of them anew. What a cell says when it is pointed at is made when it is (`describeCell`): a title at each would make
 * the browser find the styles of all cells again at every step of scrolling.
 * @param copied the endpoint was copied a moment ago
 */
export function renderCell(
  column: ColumnId,
  tenant: Tenant,
  figures: KnownFigures,
  copied: boolean,
): ReactNode {
  switch (column) {
    case 'name': {
      const mark = isPending(tenant) ? 'Pending' : renderMark(tenant)
      return (
        <td key={column} className={styles.cell} data-pending={mark !== '' || undefined}>
          <a href={`#/tenants/${tenant.id}`} className={styles.name} tabIndex={-1}>
            {tenant.name}
          </a>
          {/* The name stands at every width, with every choice of columns and beside work that runs, and so does this. */}
          {mark !== '' && (
            <span className={styles.pending} data-mild={(!isPending(tenant) && isMild(tenant)) || undefined}>
              {mark}
            </span>
          )}
        </td>
      )
    }
    case 'state':
      return (
        <td key={column} className={styles.cell}>
          <TenantState state={tenant.state} leftover={tenant.leftover} health={tenant.health} />
        </td>
      )
    case 'health':
      return renderText(column, renderHealth(tenant.health))
    case 'endpoint':
      return renderEndpointCell(tenant, copied)
    case 'memory': {
      const { text, share, absence } = renderMemory(tenant, figures)
      return (
        <td
          key={column}
          className={styles.cell}
          data-absent={absence}
          aria-label={absence && `${text}: ${absence}`}
        >
          <span className={styles.memory}>
            {text}
            <span className={styles.bar} aria-hidden>
              <span className={styles.fill} style={{ transform: `scaleX(${share})` }} />
            </span>
          </span>
        </td>
      )
    }
    case 'hitRatio':
    case 'connections':
    case 'items':
    case 'evictions':
    case 'uptime':
      return renderFigureCell(column, renderFigure(column, tenant, figures), true)
    case 'version':
      return renderFigureCell(column, renderFigure(column, tenant, figures), false)
    case 'allowed':
      return renderAllowedCell(tenant)
    case 'host':
      return renderText(column, tenant.host)
    case 'tags':
      return (
        <td key={column} className={styles.tags}>
          {tenant.tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
            </span>
          ))}
        </td>
      )
    case 'created':
      return renderText(column, renderDay(tenant.createdAt, new Date()))
    case 'notes':
      return renderText(column, tenant.notes)
  }
}

function renderText(column: ColumnId, text: string): ReactNode {
  return (
    <td key={column} className={styles.cell}>
      {text}
    </td>
  )
}

function renderFigureCell(column: ColumnId, { text, absence }: CellText, right: boolean): ReactNode {
  return (
    <td
      key={column}
      className={right ? styles.figureCell : styles.cell}
      data-absent={absence}
      aria-label={absence}
    >
      {text}
    </td>
  )
}

function renderAllowedCell(tenant: Tenant): ReactNode {
  const text = renderAllowed(tenant)
  return (
    <td key="allowed" className={styles.cell} data-absent={tenant.allow.length === 0 || undefined}>
      {tenant.openToAnyone ? (
        <span className={styles.anyone}>
          <TriangleAlert size={12} aria-hidden />
          {text}
        </span>
      ) : (
        text
      )}
    </td>
  )
}

function renderEndpointCell(tenant: Tenant, copied: boolean): ReactNode {
  const endpoint = renderEndpoint(tenant.addresses[0], tenant.port)
  if (endpoint === '')
    return (
      <td key="endpoint" className={styles.cell} data-absent aria-label="No port yet">
        –
      </td>
    )
  const port = `:${tenant.port}`
  return (
    <td key="endpoint" className={styles.cell}>
      <button
        type="button"
        tabIndex={-1}
        className={styles.endpoint}
        data-action="copy"
        aria-label={`Copy ${endpoint}`}
      >
        {/* Where there is no room, the address is cut off and not the port. */}
        <span className={styles.address}>{copied ? 'Copied' : endpoint.slice(0, -port.length)}</span>
        {!copied && <span className={styles.port}>{port}</span>}
      </button>
    </td>
  )
}
