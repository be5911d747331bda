import type { Tenant, TenantFigures } from '../../../contract/tenant.ts'

/** The rates of a cache between two looks at it, for one second. */
export interface Rates {
  readonly gets: number
  readonly evictions: number
}

/** Undefined before the second look, and when memcached began anew in between. */
export function readRates(before: TenantFigures | undefined, now: TenantFigures): Rates | undefined {
  if (before === undefined || now.uptimeSeconds < before.uptimeSeconds) return undefined
  const seconds = (Date.parse(now.observedAt) - Date.parse(before.observedAt)) / 1000
  if (!(seconds > 0)) return undefined
  const perSecond = (count: (figures: TenantFigures) => number): number =>
    Math.max(0, (count(now) - count(before)) / seconds)
  return {
    gets: perSecond(({ getHits, getMisses }) => getHits + getMisses),
    evictions: perSecond(({ evictions }) => evictions),
  }
}

/** `0/s`, `4.2/s`, `1,250/s` */
export function renderRate(perSecond: number): string {
  const digits = perSecond > 0 && perSecond < 10 ? 1 : 0
  return `${perSecond.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}/s`
}

/** Why there are no figures of a tenant, in a sentence. */
export function describeNoFigures({ state, host }: Tenant): string {
  switch (state) {
    case 'creating':
      return 'Figures come when it runs.'
    case 'deleting':
      return 'It is being deleted.'
    case 'stopped':
      return 'No figures: it does not run.'
    case 'failed':
      return 'No figures: memcached does not answer.'
    case 'unknown':
      return `No figures: ${host} cannot be looked at.`
    case 'running':
    case 'suspended':
      return 'Not observed yet.'
  }
}

/** Whether a cache can be asked for its figures: its memcached should run. */
export function canHaveFigures({ state }: Tenant): boolean {
  return state === 'running' || state === 'suspended'
}

/** A part of a whole in percent, from 0 to 100. */
export function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, Math.max(0, (100 * part) / whole))
}
