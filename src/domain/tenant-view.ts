import type { AllowEntry } from '../contract/allowlist.ts'
import type { Tenant, TenantState } from '../contract/tenant.ts'
import { isAnyone } from './address.ts'

/** Where a tenant is in its life, as the store keeps it. */
export type TenantPhase = 'creating' | 'present' | 'deleting' | 'deleted'

/** A tenant as the store keeps it: what was asked for. */
export interface StoredTenant {
  readonly id: string
  readonly name: string
  readonly phase: TenantPhase
  readonly open: boolean
  readonly port: number | null
  readonly memoryMb: number
  readonly maxConnections: number
  readonly allow: readonly AllowEntry[]
  readonly notes: string
  readonly tags: readonly string[]
  readonly createdAt: string
}

/** A tenant's container as Docker lists it. */
export interface SeenContainer {
  /** Docker's word: created, running, paused, restarting, removing, exited or dead. */
  readonly state: string
  /** Docker's sentence, such as `Exited (1) 2 minutes ago`. */
  readonly status: string
}

/** What was seen of a tenant on its host, or why nothing was seen. */
export type TenantSight =
  | { readonly kind: 'seen'; readonly recorded: boolean; readonly container: SeenContainer | null }
  | { readonly kind: 'unreached'; readonly why: string }

/**
 * The tenant for people: what was asked for, and beside it what was seen.
 * @param underWay this program is making or deleting it right now, so nothing has to be recovered
 */
export function viewTenant(
  tenant: StoredTenant,
  host: string,
  addresses: readonly string[],
  sight: TenantSight,
  underWay = false,
): Tenant {
  const { state, why } = judgeState(tenant, sight, underWay)
  return {
    id: tenant.id,
    name: tenant.name,
    host,
    port: tenant.port,
    addresses: [...addresses],
    state,
    why,
    memoryMb: tenant.memoryMb,
    maxConnections: tenant.maxConnections,
    allow: [...tenant.allow],
    openToAnyone: tenant.allow.some((entry) => isAnyone(entry.cidr)),
    notes: tenant.notes,
    tags: [...tenant.tags],
    createdAt: tenant.createdAt,
  }
}

function judgeState(
  tenant: StoredTenant,
  sight: TenantSight,
  underWay: boolean,
): { state: TenantState; why: string } {
  if (tenant.phase === 'creating') {
    const recovering = 'Recovering: an open panel, or the next change on this host, finishes or undoes it.'
    return { state: 'creating', why: underWay ? 'It is being made.' : recovering }
  }
  if (tenant.phase === 'deleting') {
    const recovering = 'Recovering: an open panel, or the next change on this host, finishes it.'
    return { state: 'deleting', why: underWay ? 'It is being deleted.' : recovering }
  }
  if (tenant.phase === 'deleted') return { state: 'deleting', why: 'Deleted.' }
  if (sight.kind === 'unreached') return { state: 'unknown', why: sight.why }
  if (sight.container === null) {
    return { state: 'failed', why: 'Its container is not on the host any more.' }
  }
  if (!sight.recorded) {
    return { state: 'failed', why: "The host's filter does not know it any more, so nobody gets in." }
  }
  switch (sight.container.state) {
    case 'running':
      return tenant.open
        ? { state: 'running', why: '' }
        : { state: 'suspended', why: 'The filter lets nobody in; the cache is kept.' }
    case 'restarting':
      return { state: 'failed', why: `The container keeps ending: ${sight.container.status}.` }
    case 'exited':
    case 'created':
    case 'paused':
      return { state: 'stopped', why: `The container does not run: ${sight.container.status}.` }
    default:
      return { state: 'failed', why: `Docker says: ${sight.container.status}.` }
  }
}
