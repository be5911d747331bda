import type { Tenant } from '../../../../contract/tenant.ts'
import type { KnownFigures, RecentFigures } from '../../../rpc/figures-store.ts'
import { describeUsable } from '../../../ui/describe-usable.ts'
import { renderEndpoint } from '../../../ui/endpoint.ts'
import { renderMark } from '../../../ui/health.ts'
import { describePending, describeUnderWay } from '../../../ui/pending.ts'
import { renderPlain } from '../../../ui/plain-text.ts'
import { renderCount as count, renderHitRatio, renderMoment, renderTime } from '../../../ui/quantities.ts'
import type { ColumnId } from '../columns.ts'
import { figuresNow, renderFigure, renderMemory } from './cell-text.ts'

/** More entries of an allowlist than this are counted. */
const mostEntries = 15

/** The text of a cell that is pointed at; empty where the cell says all. */
export function describeCell(column: ColumnId, tenant: Tenant, figures: KnownFigures): string {
  switch (column) {
    case 'name':
      return [
        tenant.name,
        describePending(tenant, renderTime),
        describeUnderWay(tenant),
        renderMark(tenant) !== '' && renderPlain(tenant.why),
      ]
        .filter(Boolean)
        .join('\n')
    case 'state':
    case 'health':
      return renderPlain(tenant.why)
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
    case 'connections': {
      const { text, absence } = renderFigure(column, tenant, figures)
      return absence ?? [observed(text, tenant, figures), describeUsable(tenant)].filter(Boolean).join('\n')
    }
    case 'hitRatio':
    case 'evictions': {
      const { text, absence } = renderFigure(column, tenant, figures)
      const minute = absence ?? observed(`${text} in the last minute`, tenant, figures)
      return [minute, describeSinceStart(column, figuresNow(tenant, figures))].filter(Boolean).join('\n')
    }
    case 'items':
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

/** A cache that is months old shows nothing of today by it. */
function describeSinceStart(column: 'hitRatio' | 'evictions', now: RecentFigures | undefined): string {
  if (now === undefined) return ''
  const figure = column === 'evictions' ? count(now.evictions) : renderHitRatio(now.getHits, now.getMisses)
  return `Since its start: ${figure}`
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
