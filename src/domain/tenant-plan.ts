import type { AllowEntry } from '../contract/allowlist.ts'
import { renderSocket } from './tenant-listeners.ts'

/** A tenant as the operator asked for it. It lives in the store only. */
export interface DesiredTenant {
  readonly id: string
  readonly name: string
  /** false: nothing of it shall be on the host. */
  readonly present: boolean
  /** false: the filter lets nobody in, whatever the allowlist says. */
  readonly open: boolean
  /** null: whichever the host reserves. */
  readonly port: number | null
  readonly memoryMb: number
  readonly maxConnections: number
  /** Id of the image its container shall be made from, as containers are made now; null: it may stay what it is. */
  readonly image: string | null
  readonly allow: readonly AllowEntry[]
  readonly notes: string
  readonly tags: readonly string[]
  readonly createdAt: string
}

/** A tenant's record in the host's state file. */
export interface TenantRecord {
  readonly port: number
  readonly network: number
  readonly revision: number
  readonly name: string
  readonly open: boolean
  readonly memoryMb: number
  readonly maxConnections: number
  readonly allow: readonly AllowEntry[]
  readonly notes: string
  readonly tags: readonly string[]
  /**
   * Access that only the filter has closed, because the record could not be written: cidrs, and `*` for the whole
   * tenant. Absent where there is none.
   */
  readonly filterOnly?: readonly string[]
  /** A part of it that could not be read: what stands in its place is not so. */
  readonly unread?: string | undefined
}

/** A tenant's container as it was seen. */
export interface ContainerFacts {
  readonly running: boolean
  /** The port it publishes; null: none, it was tampered with. */
  readonly port: number | null
  /** `-m` of its command line: what memcached starts with; null: it starts with what the host's record says. */
  readonly commandMemoryMb: number | null
  /** Whether its memcached gives back what it frees; see `freed-memory.ts`. */
  readonly givesBack: boolean
  /** The cache size that its memory limit is made for. */
  readonly memoryMb: number
  /** The cache size that the running memcached reports; null when it was not asked. */
  readonly cacheMb: number | null
  readonly maxConnections: number
  /** Id of its image. */
  readonly image: string
  /** How it was made: `containerSchema`, or an earlier way. */
  readonly schema: number
  /** How one is made on its host now. */
  readonly newest: number
}

/** A tenant as its host was seen to have it; never stored as truth. */
export interface ObservedTenant {
  readonly record: TenantRecord | null
  readonly container: ContainerFacts | null
}

/** One step towards what was asked for. Each is idempotent and can be found on the host by the tenant's id. */
export type TenantStep =
  | { readonly kind: 'reserve-port' }
  | { readonly kind: 'write-record'; readonly open: boolean }
  /** Before one is ended: what could not be made or started again stays. `image`: null where it is that of new tenants. */
  | { readonly kind: 'try-container'; readonly image: string | null }
  | { readonly kind: 'create-container' }
  | { readonly kind: 'start-container' }
  | { readonly kind: 'restart-container' }
  | { readonly kind: 'limit-container'; readonly memoryMb: number }
  | { readonly kind: 'limit-cache'; readonly memoryMb: number }
  | { readonly kind: 'flush-cache' }
  /** Of a client, by its own address and port. */
  | { readonly kind: 'close-connection'; readonly address: string; readonly port: number }
  | { readonly kind: 'await-answer' }
  | { readonly kind: 'remove-container' }
  | { readonly kind: 'drop-record' }

/** Steps of one stage run side by side; the next stage waits for all of them. */
export type TenantPlan = readonly (readonly TenantStep[])[]

/**
 * The stages from what a host has to what was asked for; empty when there is nothing to do. Closing comes before
 * removing; entries for allowed addresses may be written while the container is made, because a port without a
 * container answers nobody and a port without an entry is closed.
 */
export function planTenant(desired: DesiredTenant, observed: ObservedTenant): TenantPlan {
  return (desired.present ? planPresent(desired, observed) : planAbsent(observed)).filter(
    (stage) => stage.length > 0,
  )
}

function planPresent(desired: DesiredTenant, { record, container }: ObservedTenant): TenantStep[][] {
  const reserve: TenantStep[] = record === null ? [{ kind: 'reserve-port' }] : []
  const write: TenantStep[] =
    record === null || !sameRecord(desired, record) ? [{ kind: 'write-record', open: desired.open }] : []
  const answer: TenantStep[] = [{ kind: 'await-answer' }]
  if (container === null || mustReplace(desired, record, container)) {
    const create: TenantStep[] = [{ kind: 'create-container' }]
    // The host may refuse the record, and Docker a container, and then nothing may have been lost.
    if (container !== null) {
      const [attempt, removal] = planRoom(desired)
      return [reserve, attempt, write, removal, create, answer]
    }
    // An open record may let in more than was asked for, so nothing starts behind it until it is right.
    return record?.open === true ? [write, create, answer] : [reserve, [...write, ...create], answer]
  }
  if (!container.running) return [reserve, write, [{ kind: 'start-container' }], answer]
  return [reserve, ...planMemory(desired, container, write)]
}

/** Makes room for another container of a tenant, which has been seen to be possible before. */
function planRoom({ image }: DesiredTenant): readonly [TenantStep[], TenantStep[]] {
  return [[{ kind: 'try-container', image }], [{ kind: 'remove-container' }]]
}

/** Whether port, command line or image differ, which no container can change. Replacing it loses the cache. */
function mustReplace(
  desired: DesiredTenant,
  record: TenantRecord | null,
  container: ContainerFacts,
): boolean {
  // Without a record the port that will be reserved is not known yet, so no container can be said to fit it.
  const port = desired.port ?? record?.port ?? null
  return (
    port === null ||
    container.port !== port ||
    container.maxConnections !== desired.maxConnections ||
    (desired.image !== null && isOutdated(container, desired.image)) ||
    // Nothing is lost with a container that does not run, and one that fits is gained.
    (!container.running && (!startsFitting(desired, container) || container.memoryMb !== desired.memoryMb))
  )
}

/** Whether memcached starts as one that is made now would, for a tenant of that size. */
const startsFitting = (
  { memoryMb }: DesiredTenant,
  { commandMemoryMb, schema, newest }: ContainerFacts,
): boolean => (commandMemoryMb ?? memoryMb) === memoryMb && schema >= newest

/** Whether upgrading gives the tenant another container: of another image, or made in another way than this panel does. */
export function isOutdated({ image, schema, newest }: ContainerFacts, current: string): boolean {
  return image !== current || schema < newest
}

/**
 * Live resizing. Growing: room for the container first, then the record, which the host may refuse, then the cache.
 * Shrinking: the other way round. With the record its container starts otherwise, and it may start at any moment: so the
 * container is never smaller than what is in it, or what the next start may put there.
 */
function planMemory(desired: DesiredTenant, container: ContainerFacts, write: TenantStep[]): TenantStep[][] {
  const { memoryMb } = desired
  const cache: TenantStep[] =
    (container.cacheMb ?? container.memoryMb) === memoryMb ? [] : [{ kind: 'limit-cache', memoryMb }]
  if (container.memoryMb === memoryMb) return [write, cache]
  const limit: TenantStep[] = [{ kind: 'limit-container', memoryMb }]
  return memoryMb > container.memoryMb ? [limit, write, cache] : [cache, write, limit]
}

function planAbsent({ record, container }: ObservedTenant): TenantStep[][] {
  return [
    record?.open === true ? [{ kind: 'write-record', open: false }] : [],
    container !== null ? [{ kind: 'remove-container' }] : [],
    record !== null ? [{ kind: 'drop-record' }] : [],
  ]
}

/** Restarting: the container's own restart, or a new one where it does not start as it should any more. */
export function planRestart(desired: DesiredTenant, observed: ObservedTenant): TenantPlan {
  const { container } = observed
  const isFitting = container !== null && startsFitting(desired, container)
  if (isFitting && planTenant(desired, observed).length === 0) {
    const attempt: TenantStep = { kind: 'try-container', image: container.image }
    return [[attempt], [{ kind: 'restart-container' }], [{ kind: 'await-answer' }]]
  }
  const anew = planTenant(desired, { ...observed, container: null })
  return container === null ? anew : [...planRoom(desired), ...anew]
}

/** Whether the host remembers the tenant as it is asked for. */
export function sameRecord(desired: DesiredTenant, record: TenantRecord): boolean {
  return (
    desired.name === record.name &&
    desired.open === record.open &&
    (desired.port === null || desired.port === record.port) &&
    desired.memoryMb === record.memoryMb &&
    desired.maxConnections === record.maxConnections &&
    desired.notes === record.notes &&
    sameSet(desired.tags, record.tags) &&
    sameSet(desired.allow.map(renderKey), record.allow.map(renderKey))
  )
}

const renderKey = (entry: AllowEntry): string => JSON.stringify([entry.cidr, entry.label])

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const [keys, otherKeys] = [new Set(one), new Set(other)]
  return keys.size === otherKeys.size && [...otherKeys].every((key) => keys.has(key))
}

/** A step in words, for the operator and the audit log. */
export function describeTenantStep(step: TenantStep, name: string, host: string): string {
  switch (step.kind) {
    case 'reserve-port':
      return `Reserve a port on ${host}`
    case 'write-record':
      return step.open ? `Let the allowlist of ${name} through the filter` : `Close the filter for ${name}`
    case 'try-container':
      return 'See that Docker can start another container like it'
    case 'create-container':
      return `Make and start the container of ${name}`
    case 'start-container':
      return `Start the container of ${name}`
    case 'restart-container':
      return `Restart the container of ${name}`
    case 'limit-container':
      return `Give the container of ${name} room for a cache of ${step.memoryMb} MB`
    case 'limit-cache':
      return `Let memcached use ${step.memoryMb} MB`
    case 'flush-cache':
      return `Empty the cache of ${name}`
    case 'close-connection':
      return `Close the connection of ${renderSocket(step.address, step.port)}`
    case 'await-answer':
      return 'Wait until memcached answers'
    case 'remove-container':
      return `Remove the container of ${name}`
    case 'drop-record':
      return `Remove every filter entry of ${name} and keep its port back for 30 days`
  }
}
