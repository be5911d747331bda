import type { Tenant } from '../../../../contract/tenant.ts'
import type { KnownFigures } from '../../../rpc/figures-store.ts'
import { renderEndpoint } from '../../../ui/endpoint.ts'
import { describePending } from '../../../ui/pending.ts'
import { renderPlain } from '../../../ui/plain-text.ts'
import { renderCount as count, renderMoment, renderTime } from '../../../ui/quantities.ts'
import { silentSentence } from '../../../ui/silent.ts'
import type { ColumnId } from '../columns.ts'
import { figuresNow, isSilent, renderFigure, renderMemory } from './cell-text.ts'

/** More entries of an allowlist than this are counted. */
const mostEntries = 15

/** The text of a cell that is pointed at; empty where the cell says all. */
export function describeCell(column: ColumnId, tenant: Tenant, figures: KnownFigures): string {
  switch (column) {
    case 'name':
      return [
        tenant.name,
        describePending(tenant, renderTime),
        tenant.faults.length > 0 && renderPlain(tenant.why),
      ]
        .filter(Boolean)
        .join('\n')
    case 'state':
      return isSilent(tenant, figures) ? silentSentence : renderPlain(tenant.why)
    case 'endpoint': {
      const endpoint = renderEndpoint(tenant.addresses[0], tenant.port)
      return endpoint === '' ? 'No port yet' : `Copy ${endpoint}`
    }
    case 'memory': {
      const { text, absence } = renderMemory(tenant, figures)
      return (
        absence ??
        observed(`${text}, ${count(figuresNow(tenant, figures)?.items ?? 0)} items`, tenant, figures)
      )
    }
    case 'hitRatio':
    case 'connections':
    case 'items':
    case 'evictions':
    case 'version':
    case 'uptime': {
      const { text, absence } = renderFigure(column, tenant, figures)
      return absence ?? observed(text, tenant, figures)
    }
    case 'allowed':
      return describeAllowed(tenant)
    case 'host':
      return tenant.host
    case 'tags':
      return tenant.tags.join(', ')
    case 'created':
      return renderMoment(tenant.createdAt)
    case 'notes':
      return tenant.notes
  }
}

function observed(text: string, tenant: Tenant, figures: KnownFigures): string {
  const now = figuresNow(tenant, figures)
  return now === undefined ? text : `${text}, observed at ${renderTime(now.observedAt)}`
}

function describeAllowed(tenant: Tenant): string {
  const { allow, openToAnyone } = tenant
  if (openToAnyone) return 'Anyone on the internet can read and change this cache'
  if (allow.length === 0) return 'No address is allowed yet'
  const listed = allow
    .slice(0, mostEntries)
    .map(({ cidr, label }) => (label === '' ? cidr : `${cidr}  ${label}`))
  const more = allow.length > mostEntries ? [`and ${count(allow.length - mostEntries)} more`] : []
  return [...listed, ...more].join('\n')
}
