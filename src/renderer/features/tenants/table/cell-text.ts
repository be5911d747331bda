import type { Tenant, TenantFigures, TenantState } from '../../../../contract/tenant.ts'
import type { KnownFigures } from '../../../rpc/figures-store.ts'
import {
  renderCount as count,
  renderBytes,
  renderDuration,
  renderHitRatio,
  renderMegabytes,
} from '../../../ui/quantities.ts'

/** The text in the cell of a figure. */
export interface CellText {
  readonly text: string
  /** Why there is no figure; undefined when there is one. */
  readonly absence?: string
}

/** A cache that does not run, does not answer or cannot be asked has no figures now, whatever it had before. */
export function figuresNow({ state }: Tenant, known: KnownFigures): TenantFigures | undefined {
  return canBeAsked(state) && known !== 'silent' ? known : undefined
}

/** Whether a cache runs and does not answer all the same. */
export function isSilent({ state }: Tenant, known: KnownFigures): boolean {
  return canBeAsked(state) && known === 'silent'
}

const canBeAsked = (state: TenantState): boolean => state === 'running' || state === 'suspended'

/** Why there is no figure. */
export function describeAbsence({ state, host, leftover }: Tenant, known: KnownFigures): string {
  switch (state) {
    case 'running':
    case 'suspended':
      return known === 'silent' ? 'memcached does not answer' : 'Not observed yet'
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

export type FigureColumn = 'hitRatio' | 'connections' | 'items' | 'evictions' | 'version' | 'uptime'

/** One figure of a tenant as its cell shows it. */
export function renderFigure(column: FigureColumn, tenant: Tenant, figures: KnownFigures): CellText {
  const now = figuresNow(tenant, figures)
  if (now === undefined) return { text: '–', absence: describeAbsence(tenant, figures) }
  const { getHits, getMisses, connections, items, evictions, version, uptimeSeconds } = now
  switch (column) {
    case 'hitRatio':
      return getHits + getMisses === 0
        ? { text: '–', absence: 'Nothing was asked for yet' }
        : { text: renderHitRatio(getHits, getMisses) }
    case 'connections':
      return { text: `${count(connections)} / ${count(tenant.maxConnections)}` }
    case 'items':
      return { text: count(items) }
    case 'evictions':
      return { text: count(evictions) }
    case 'version':
      return { text: version }
    case 'uptime':
      return { text: renderDuration(uptimeSeconds * 1000) }
  }
}

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
