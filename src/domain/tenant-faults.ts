import type { TenantFault } from '../contract/tenant-fault.ts'
import { describeCopies, describeRenamed } from '../core/tenant/carrier.ts'
import { describeChanged } from '../core/tenant/describe-changed.ts'
import { describeLoss } from '../core/tenant/describe-end.ts'
import { describeFilterOnly } from '../core/tenant/describe-filter-only.ts'
import { describeOtherLimit, findOtherLimit } from '../core/tenant/judge-cache-limit.ts'
import { isYoung, type SeenEnd } from '../core/tenant/judge-end.ts'
import { describeOtherNetworks } from '../core/tenant/other-networks.ts'
import type { Vital } from '../core/tenant/vital.ts'
import { containerName } from './host-names.ts'
import type { SeenContainer } from './seen-container.ts'
import {
  describeMissing,
  describeTaken,
  isDown,
  isHeard,
  type Listening,
  listMissing,
} from './tenant-listeners.ts'

/** The surroundings of a host's tenants, as they were seen. */
export interface Surroundings {
  /** Null where nobody could tell, or where Docker needs no listener. */
  readonly listening: Listening | null
  /** Docker there keeps no memory or process limit. */
  readonly unlimited: boolean
  /** Names of the containers that carry a tenant's label and are not its own, by the tenant's id. */
  readonly copies?: ReadonlyMap<string, readonly string[]>
}

/** A fault, and in sentences what it means and what to do. */
export interface ToldFault {
  readonly kind: TenantFault
  readonly sentence: string
}

/** The fault of a tenant of which something is closed in the filter only; `closed` as its record has it. */
export function judgeFilterOnly(name: string, closed: readonly string[]): ToldFault[] {
  if (closed.length === 0) return []
  const { sentence, advice } = describeFilterOnly(name, closed)
  return [{ kind: 'filter-only', sentence: `${sentence} ${advice}` }]
}

/** The fault of a tenant whose container is joined to a network that the filter does not guard. */
export function judgeNetworks(id: string, container: SeenContainer | null): ToldFault[] {
  const networks = container?.otherNetworks ?? []
  if (networks.length === 0) return []
  const { sentence, advice } = describeOtherNetworks(container?.renamed ?? containerName(id), networks)
  return [{ kind: 'network', sentence: `${sentence} ${advice}` }]
}

/** The fault of a tenant whose container has another name than ours. */
export function judgeRenamed(id: string, container: SeenContainer | null): ToldFault[] {
  if (container?.renamed === undefined) return []
  const { sentence, advice } = describeRenamed(containerName(id), container.renamed)
  return [{ kind: 'renamed', sentence: `${sentence} ${advice}` }]
}

/** The fault of a tenant whose container no version of this program makes so. */
export function judgeChanged(name: string, container: SeenContainer | null): ToldFault[] {
  const parts = container?.changed ?? []
  if (parts.length === 0) return []
  const { sentence, advice } = describeChanged(name, parts)
  return [{ kind: 'changed', sentence: `${sentence} ${advice}` }]
}

/** The fault of a tenant whose memcached may use another amount of memory than it was given. */
export function judgeCacheLimit(name: string, memoryMb: number, vital: Vital | undefined): ToldFault[] {
  const limitMb = findOtherLimit(vital, memoryMb)
  if (limitMb === undefined) return []
  return [{ kind: 'cache-limit', sentence: describeOtherLimit(name, limitMb, memoryMb) }]
}

/** The last end of a container that runs again since less than a day, and that nobody asked for; null: there is none. */
export function readLoss(container: SeenContainer | null): SeenEnd | null {
  const end = container?.ended ?? null
  if (end === null || end.planned || container?.state !== 'running') return null
  return isYoung(container.status) ? end : null
}

/** The fault of a tenant whose cache was lost by an end that nobody asked for. */
export function judgeLoss(container: SeenContainer | null): ToldFault[] {
  const loss = readLoss(container)
  return loss === null ? [] : [{ kind: 'cache-lost', sentence: describeLoss(loss) }]
}

/** The fault of a tenant whose label other containers carry. */
export function judgeCopies(id: string, copies: Surroundings['copies']): ToldFault[] {
  const names = copies?.get(id) ?? []
  if (names.length === 0) return []
  const { sentence, advice } = describeCopies(names)
  return [{ kind: 'copied', sentence: `${sentence} ${advice}` }]
}

/** The faults of a tenant that the host knows, beside the state of its container. */
export function judgeFaults(
  port: number | null,
  container: SeenContainer | null,
  { listening, unlimited }: Surroundings,
): ToldFault[] {
  const limits: ToldFault[] =
    unlimited && container !== null ? [{ kind: 'limits', sentence: withoutLimits }] : []
  if (listening === null || port === null) return limits
  if (isDown(container)) {
    const sentence = describeTaken(listening, port)
    return [...(isHeard(listening, port) ? [{ kind: 'port-taken', sentence } as const] : []), ...limits]
  }
  const missing = container?.state === 'running' ? listMissing(listening, port) : []
  if (missing.length === 0) return limits
  return [{ kind: 'listener', sentence: describeMissing(missing, port) }, ...limits]
}

/** For a tenant; the host's check has the mend. */
const withoutLimits = 'Docker there keeps no limit of its memory and processes: see the check of its host.'
