import type { Tenant, TenantState } from '../../../../contract/tenant.ts'
import { figuresIn, isSilent, type KnownFigures, type RecentFigures } from '../../../rpc/figures-store.ts'
import {
  renderCount as count,
  renderBytes,
  renderDuration,
  renderHitRatio,
  renderMegabytes,
  renderRate,
} from '../../../ui/quantities.ts'

/** The text in the cell of a figure. */
export interface CellText {
  readonly text: string
  /** Why there is no figure; undefined when there is one. */
  readonly absence?: string
}

/** A cache that does not run, does not answer or cannot be asked has no figures now, whatever it had before. */
export function figuresNow({ state }: Tenant, known: KnownFigures): RecentFigures | undefined {
  return canBeAsked(state) ? figuresIn(known) : undefined
}

const canBeAsked = (state: TenantState): boolean => state === 'running' || state === 'suspended'

/** Why there is no figure. */
export function describeAbsence({ state, health, host, leftover }: Tenant, known: KnownFigures): string {
  switch (state) {
    case 'running':
    case 'suspended':
      if (health === 'connections-exhausted') return 'All its connections are taken'
      return isSilent(known) ? 'memcached does not answer' : 'Not observed yet'
    case 'unknown':
      return `${host} cannot be looked at`
    case 'creating':
      return 'It is being created'
    case 'deleting':
      return 'It is being deleted'
    case 'stopped':
      return 'It does not run'
    case 'failed':
      return leftover === 'not-created' ? 'It was not created' : 'It does not run'
  }
}

/** `41.2 of 64 MB`, `512 KB of 64 MB`; the unit once where it is the same. */
export function renderUsed(usedBytes: number, memoryMb: number): string {
  const used = renderBytes(usedBytes, 1000)
  const limit = renderMegabytes(memoryMb)
  const [amount = '', unit] = used.split(' ')
  return limit.endsWith(` ${unit}`) ? `${amount} of ${limit}` : `${used} of ${limit}`
}

/** Memory of a tenant, used and possible, with the share that is used from 0 to 1. */
export function renderMemory(tenant: Tenant, figures: KnownFigures): CellText & { readonly share: number } {
  const now = figuresNow(tenant, figures)
  if (now === undefined) {
    const limit = renderMegabytes(tenant.memoryMb)
    return { text: `– of ${limit}`, absence: describeAbsence(tenant, figures), share: 0 }
  }
  return {
    text: renderUsed(now.usedBytes, tenant.memoryMb),
    share: shareUsed(now.usedBytes, tenant.memoryMb),
  }
}

/** The share of the limit that is used, from 0 to 1. */
export function shareUsed(usedBytes: number, memoryMb: number): number {
  return Math.min(1, Math.max(0, usedBytes / (memoryMb * 2 ** 20)))
}

/** Of what is counted between two looks. */
const measuring = 'Measured from the second look on'

export type FigureColumn = 'hitRatio' | 'connections' | 'items' | 'evictions' | 'version' | 'uptime'

/** One figure of a tenant as its cell shows it. */
export function renderFigure(column: FigureColumn, tenant: Tenant, figures: KnownFigures): CellText {
  const now = figuresNow(tenant, figures)
  // The host counts what memcached cannot say.
  const held =
    column === 'connections' && canBeAsked(tenant.state) && isSilent(figures) ? figures.held : undefined
  if (held !== undefined) return { text: renderConnections(held, tenant) }
  if (now === undefined) return { text: '–', absence: describeAbsence(tenant, figures) }
  const { connections, items, version, uptimeSeconds, lastMinute } = now
  switch (column) {
    case 'hitRatio':
      if (lastMinute === undefined) return { text: '–', absence: measuring }
      return lastMinute.hits + lastMinute.misses === 0
        ? { text: '–', absence: 'Nothing was asked for in the last minute' }
        : { text: renderHitRatio(lastMinute.hits, lastMinute.misses) }
    case 'connections':
      return { text: renderConnections(connections, tenant) }
    case 'items':
      return { text: count(items) }
    case 'evictions':
      return lastMinute === undefined
        ? { text: '–', absence: measuring }
        : { text: renderRate(lastMinute.evictions / lastMinute.seconds) }
    case 'version':
      return { text: version }
    case 'uptime':
      return { text: renderDuration(uptimeSeconds * 1000) }
  }
}

/** `3 / 1,024` */
const renderConnections = (held: number, { maxConnections }: Tenant): string =>
  `${count(held)} / ${count(maxConnections)}`

/** The allowlist in short: `3` entries, `No one`, `Anyone`. */
export function renderAllowed(tenant: Tenant): string {
  const { allow, openToAnyone } = tenant
  return openToAnyone ? 'Anyone' : allow.length === 0 ? 'No one' : count(allow.length)
}

const dayOfThisYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayOfOther = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' })

/** `22 Nov` this year, `Nov 2025` otherwise. */
export function renderDay(iso: string, now: Date): string {
  const day = new Date(iso)
  return (day.getFullYear() === now.getFullYear() ? dayOfThisYear : dayOfOther).format(day)
}
