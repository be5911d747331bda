import type { TenantFigures, TenantState } from '../../contract/tenant.ts'
import type { TenantFault } from '../../contract/tenant-fault.ts'
import type { TenantHealth } from '../../contract/tenant-health.ts'
import { type ConnectionLimit, judgeConnections } from './judge-connections.ts'
import type { ToldHealth } from './told-health.ts'
import type { Vital } from './vital.ts'

/** All that was observed of a tenant and decides about its health. */
export interface HealthFacts extends ConnectionLimit {
  readonly state: TenantState
  /** It is the rest of a tenant that was not made, or not deleted to the end. */
  readonly isLeftover: boolean
  /** Its host was asked and is not reached. */
  readonly isAway: boolean
  /** Docker's word for its container; null: it has none, or was not looked at. */
  readonly container: string | null
  readonly faults: readonly TenantFault[]
  /** Undefined where its memcached was not asked lately. */
  readonly vital: Vital | undefined
}

const quiet = (health: TenantHealth): ToldHealth => ({ health, sentence: '' })

/** The one place where it is decided how a tenant is. */
export function judgeHealth(facts: HealthFacts): ToldHealth {
  const { state, isLeftover, isAway, container, faults } = facts
  if (isAway) return quiet('host-away')
  if (container === 'restarting') return quiet('restarting')
  switch (state) {
    case 'unknown':
    case 'creating':
    case 'deleting':
      return quiet('unknown')
    case 'stopped':
      return quiet('unresponsive')
    case 'failed':
      // A container that runs without a record answers, and nobody gets to it.
      return quiet(isLeftover ? 'unknown' : container === 'running' ? 'changed' : 'unresponsive')
    case 'running':
    case 'suspended': {
      const cache = judgeCache(facts)
      const isWorse = cache.health === 'unresponsive' || cache.health === 'connections-exhausted'
      return faults.length > 0 && !isWorse ? { ...cache, health: 'changed' } : cache
    }
  }
}

/** The health of a cache whose container runs. */
function judgeCache({ vital, ...limit }: HealthFacts): ToldHealth {
  const exhausted = judgeConnections(vital, limit)
  if (exhausted !== undefined) return exhausted
  if (vital === undefined) return quiet('unknown')
  if (vital.kind === 'answered')
    return isFull(vital.figures) ? { health: 'full', sentence: full } : quiet('ok')
  return vital.times < silentTimes ? quiet('unknown') : { health: 'unresponsive', sentence: unresponsive }
}

/** Questions in a row without an answer that are no accident. */
export const silentTimes = 2

const unresponsive = 'Its container runs, but memcached does not answer.'

const full = 'Its memory is full, so items are dropped to make room for others. More memory would keep them.'

/**
 * Below this share of its memory memcached has room. It counts less than what its items take: a place for one is up to a
 * quarter larger, and each size has pages of its own. With items of one size, of 300 bytes to 300 KB, it counted 81 to
 * 95 % when it dropped the first (1.6.18, 16 to 64 MB).
 */
const fullFrom = 0.75

/** A cache that was resized has evictions of before. */
const isFull = ({ evictions, usedBytes, limitBytes }: TenantFigures): boolean =>
  evictions > 0 && usedBytes >= fullFrom * limitBytes

/** The health of a tenant behind a filter with a fault: then its allowlist does not say who gets in. */
export function judgeBehindFilter(health: TenantHealth, isFaulty: boolean): TenantHealth {
  return isFaulty && (health === 'ok' || health === 'full' || health === 'unknown') ? 'changed' : health
}
