import { TriangleAlert } from 'lucide-react'
import type { Tenant, TenantFigures } from '../../../../contract/tenant.ts'
import { renderEndpoint } from '../../../ui/endpoint.ts'
import { renderMegabytes, renderMoment } from '../../../ui/quantities.ts'
import { TenantState } from '../../../ui/tenant-state.tsx'
import type { ColumnId } from '../columns.ts'
import {
  describeAbsence,
  figuresNow,
  renderAllowed,
  renderDay,
  renderFigure,
  renderUsed,
  shareUsed,
} from './cell-text.ts'
import styles from './table.module.css'

interface CellProps {
  readonly column: ColumnId
  readonly tenant: Tenant
  readonly figures: TenantFigures | undefined
  /** The endpoint was copied a moment ago. */
  readonly copied: boolean
}

/** One cell. Plain elements, because a screen of rows has hundreds of them. */
export function Cell({ column, tenant, figures, copied }: CellProps) {
  switch (column) {
    case 'name':
      return (
        <td className={styles.cell}>
          <a href={`#/tenants/${tenant.id}`} className={styles.name} tabIndex={-1} title={tenant.name}>
            {tenant.name}
          </a>
        </td>
      )
    case 'state':
      return (
        <TextCell title={tenant.why}>
          <TenantState state={tenant.state} />
        </TextCell>
      )
    case 'endpoint':
      return <EndpointCell tenant={tenant} copied={copied} />
    case 'memory':
      return <MemoryCell tenant={tenant} figures={figures} />
    case 'hitRatio':
    case 'connections':
    case 'items':
    case 'evictions':
    case 'version':
    case 'uptime': {
      const { text, title } = renderFigure(column, tenant, figures)
      return (
        <TextCell title={title} figures={column !== 'version'} absent={text === '–'}>
          {text}
        </TextCell>
      )
    }
    case 'allowed': {
      const { text, title } = renderAllowed(tenant)
      return (
        <TextCell title={title}>
          {tenant.openToAnyone ? (
            <span className={styles.anyone}>
              <TriangleAlert size={12} aria-hidden />
              {text}
            </span>
          ) : (
            <span className={tenant.allow.length === 0 ? 'quiet' : 'figure'}>{text}</span>
          )}
        </TextCell>
      )
    }
    case 'host':
      return <TextCell title={tenant.host}>{tenant.host}</TextCell>
    case 'tags':
      return (
        <TextCell title={tenant.tags.join(', ')}>
          {tenant.tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
            </span>
          ))}
        </TextCell>
      )
    case 'created':
      return (
        <TextCell title={renderMoment(tenant.createdAt)}>{renderDay(tenant.createdAt, new Date())}</TextCell>
      )
    case 'notes':
      return <TextCell title={tenant.notes}>{tenant.notes}</TextCell>
  }
}

interface TextCellProps {
  readonly title?: string
  readonly figures?: boolean
  readonly absent?: boolean
  readonly children: React.ReactNode
}

export function TextCell({ title = '', figures = false, absent = false, children }: TextCellProps) {
  return (
    <td
      className={styles.cell}
      data-figures={figures || undefined}
      data-absent={absent || undefined}
      title={title === '' ? undefined : title}
    >
      {children}
    </td>
  )
}

function EndpointCell({ tenant, copied }: { readonly tenant: Tenant; readonly copied: boolean }) {
  const endpoint = renderEndpoint(tenant.addresses[0], tenant.port)
  if (endpoint === '')
    return (
      <TextCell title="It has no port yet" absent>
        –
      </TextCell>
    )
  return (
    <TextCell>
      <button
        type="button"
        tabIndex={-1}
        className={styles.endpoint}
        data-action="copy"
        title={`Copy ${endpoint}`}
        aria-label={`Copy ${endpoint}`}
      >
        {copied ? 'Copied' : endpoint}
      </button>
    </TextCell>
  )
}

function MemoryCell({
  tenant,
  figures,
}: {
  readonly tenant: Tenant
  readonly figures: TenantFigures | undefined
}) {
  const now = figuresNow(tenant, figures)
  const limit = renderMegabytes(tenant.memoryMb)
  const used = now === undefined ? `– of ${limit}` : renderUsed(now.usedBytes, tenant.memoryMb)
  const share = now === undefined ? 0 : shareUsed(now.usedBytes, tenant.memoryMb)
  const title =
    now === undefined
      ? `${describeAbsence(tenant)}; ${limit} is the limit`
      : `${used}, ${now.items.toLocaleString('en')} items, observed at ${new Date(now.observedAt).toLocaleTimeString('en-GB')}`
  return (
    <TextCell title={title} absent={now === undefined}>
      <span className={styles.bar} aria-hidden>
        <span className={styles.fill} style={{ transform: `scaleX(${share})` }} />
      </span>
      <span className="figure">{used}</span>
    </TextCell>
  )
}
