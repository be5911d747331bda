import type { Tenant, TenantFigures } from '../../../contract/tenant.ts'

/** Gets for one second between two looks; undefined before the second, and when memcached began anew in between. */
export function readGetRate(before: TenantFigures | undefined, now: TenantFigures): number | undefined {
  if (before === undefined || now.uptimeSeconds < before.uptimeSeconds) return undefined
  const seconds = (Date.parse(now.observedAt) - Date.parse(before.observedAt)) / 1000
  if (!(seconds > 0)) return undefined
  const count = ({ getHits, getMisses }: TenantFigures): number => getHits + getMisses
  return Math.max(0, (count(now) - count(before)) / seconds)
}

/**
 * Why there are no figures of a tenant, in a sentence.
 * @param isSilent it was asked in vain
 */
export function describeNoFigures({ state, health, host }: Tenant, isSilent = false): string {
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
      if (health === 'connections-exhausted') return 'All its connections are taken.'
      return isSilent ? 'memcached does not answer.' : 'Not observed yet.'
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
