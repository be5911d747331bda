import type { Tenant, TenantFigures } from '../../../../contract/tenant.ts'
import {
  renderCount as count,
  renderBytes,
  renderDuration,
  renderHitRatio,
  renderMegabytes,
  renderTime,
} from '../../../ui/quantities.ts'

/** What a figure says, and what it says when pointed at. */
export interface CellText {
  readonly text: string
  readonly title: string
}

/** A cache that does not run now has no figures now, whatever it had before. */
export function figuresNow(tenant: Tenant, figures: TenantFigures | undefined): TenantFigures | undefined {
  switch (tenant.state) {
    case 'running':
    case 'suspended':
    case 'unknown':
      return figures
    case 'creating':
    case 'stopped':
    case 'failed':
    case 'deleting':
      return undefined
  }
}

const observedAt = ({ observedAt }: TenantFigures): string => `observed at ${renderTime(observedAt)}`

/** Why there is no figure. */
export function describeAbsence(tenant: Tenant): string {
  switch (tenant.state) {
    case 'running':
    case 'suspended':
    case 'unknown':
      return 'Not observed yet'
    case 'creating':
      return 'It is being created'
    case 'deleting':
      return 'It is being deleted'
    case 'stopped':
    case 'failed':
      return 'It does not run'
  }
}

/** `41.2 of 64 MB`, `512 KB of 64 MB`; the unit once where it is the same. */
export function renderUsed(usedBytes: number, memoryMb: number): string {
  const used = renderBytes(usedBytes)
  const limit = renderMegabytes(memoryMb)
  const [amount = '', unit] = used.split(' ')
  return limit.endsWith(` ${unit}`) ? `${amount} of ${limit}` : `${used} of ${limit}`
}

/** Memory of a tenant, used and possible. */
export function renderMemory(
  tenant: Tenant,
  figures: TenantFigures | undefined,
): CellText & { readonly share: number; readonly absent: boolean } {
  const now = figuresNow(tenant, figures)
  const limit = renderMegabytes(tenant.memoryMb)
  if (now === undefined) {
    const title = `${describeAbsence(tenant)}; ${limit} is the limit`
    return { text: `– of ${limit}`, title, share: 0, absent: true }
  }
  const text = renderUsed(now.usedBytes, tenant.memoryMb)
  const title = `${text}, ${count(now.items)} items, ${observedAt(now)}`
  return { text, title, share: shareUsed(now.usedBytes, tenant.memoryMb), absent: false }
}

/** The share of the limit that is used, from 0 to 1. */
export function shareUsed(usedBytes: number, memoryMb: number): number {
  return Math.min(1, Math.max(0, usedBytes / (memoryMb * 2 ** 20)))
}

export type FigureColumn = 'hitRatio' | 'connections' | 'items' | 'evictions' | 'version' | 'uptime'

/** One figure of a tenant as its cell shows it. */
export function renderFigure(
  column: FigureColumn,
  tenant: Tenant,
  figures: TenantFigures | undefined,
): CellText {
  const now = figuresNow(tenant, figures)
  if (now === undefined) {
    const limit = column === 'connections' ? `; ${count(tenant.maxConnections)} are possible` : ''
    return { text: '–', title: `${describeAbsence(tenant)}${limit}` }
  }
  const { getHits, getMisses, connections, items, evictions, version, uptimeSeconds } = now
  switch (column) {
    case 'hitRatio':
      return getHits + getMisses === 0
        ? { text: '–', title: `Nothing has been asked for yet, ${observedAt(now)}` }
        : {
            text: renderHitRatio(getHits, getMisses),
            title: `${count(getHits)} found, ${count(getMisses)} not, ${observedAt(now)}`,
          }
    case 'connections':
      return {
        text: `${count(connections)} / ${count(tenant.maxConnections)}`,
        title: `${count(connections)} connections of ${count(tenant.maxConnections)}, ${observedAt(now)}`,
      }
    case 'items':
      return { text: count(items), title: `${count(items)} items, ${observedAt(now)}` }
    case 'evictions':
      return { text: count(evictions), title: `${count(evictions)} dropped to make room, ${observedAt(now)}` }
    case 'version':
      return { text: version, title: `memcached ${version}, ${observedAt(now)}` }
    case 'uptime':
      return {
        text: renderDuration(uptimeSeconds * 1000),
        title: `Runs for ${renderDuration(uptimeSeconds * 1000)}, ${observedAt(now)}`,
      }
  }
}

/** Who may connect: `3`, `No one`, `Anyone`. */
export function renderAllowed({ allow, openToAnyone }: Tenant): CellText {
  if (openToAnyone) return { text: 'Anyone', title: 'Anyone on the internet can read and write this cache' }
  if (allow.length === 0) return { text: 'No one', title: 'No address is allowed yet' }
  const most = 12
  const listed = allow.slice(0, most).map(({ cidr, label }) => (label === '' ? cidr : `${cidr}  ${label}`))
  const more = allow.length > most ? [`and ${count(allow.length - most)} more`] : []
  return { text: count(allow.length), title: [...listed, ...more].join('\n') }
}

const dayOfThisYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayOfOther = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' })

/** `22 Nov` this year, `Nov 2025` otherwise. */
export function renderDay(iso: string, now: Date): string {
  const day = new Date(iso)
  return (day.getFullYear() === now.getFullYear() ? dayOfThisYear : dayOfOther).format(day)
}
