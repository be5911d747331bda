import type { AllowEntry } from '../contract/allowlist.ts'

/** What the operator asked for. It lives in the store only. */
export interface DesiredTenant {
  readonly id: string
  readonly name: string
  /** false: nothing of it shall be on the host. */
  readonly present: boolean
  /** false: the filter lets nobody in, whatever the allowlist says. */
  readonly open: boolean
  readonly memoryMb: number
  readonly maxConnections: number
  readonly allow: readonly AllowEntry[]
  readonly notes: string
  readonly createdAt: string
}

/** What the host's state file says of a tenant. */
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
}

/** What a host was seen to have of a tenant; never stored as truth. */
export interface ObservedTenant {
  readonly record: TenantRecord | null
  readonly container: { readonly running: boolean } | null
}

/** One step towards what was asked for. Each is idempotent and can be found on the host by the tenant's id. */
export type TenantStep =
  | { readonly kind: 'reserve-port' }
  | { readonly kind: 'write-record'; readonly open: boolean }
  | { readonly kind: 'create-container' }
  | { readonly kind: 'start-container' }
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
  const make: TenantStep[] = container === null ? [{ kind: 'create-container' }] : []
  const start: TenantStep[] = container !== null && !container.running ? [{ kind: 'start-container' }] : []
  const started = make.length + start.length > 0
  const answer: TenantStep[] = started ? [{ kind: 'await-answer' }] : []
  // An open record may let in more than was asked for, so nothing starts behind it until it is right.
  if (record?.open === true) return [write, [...make, ...start], answer]
  return [reserve, [...write, ...make, ...start], answer]
}

function planAbsent({ record, container }: ObservedTenant): TenantStep[][] {
  return [
    record?.open === true ? [{ kind: 'write-record', open: false }] : [],
    container !== null ? [{ kind: 'remove-container' }] : [],
    record !== null ? [{ kind: 'drop-record' }] : [],
  ]
}

function sameRecord(desired: DesiredTenant, record: TenantRecord): boolean {
  return (
    desired.name === record.name &&
    desired.open === record.open &&
    desired.memoryMb === record.memoryMb &&
    desired.maxConnections === record.maxConnections &&
    desired.notes === record.notes &&
    sameAllow(desired.allow, record.allow)
  )
}

function sameAllow(one: readonly AllowEntry[], other: readonly AllowEntry[]): boolean {
  const key = (entry: AllowEntry): string => JSON.stringify([entry.cidr, entry.label])
  const [keys, otherKeys] = [new Set(one.map(key)), new Set(other.map(key))]
  return keys.size === otherKeys.size && [...otherKeys].every((entry) => keys.has(entry))
}

/** What a step does, for the operator and the audit log. */
export function describeTenantStep(step: TenantStep, name: string, host: string): string {
  switch (step.kind) {
    case 'reserve-port':
      return `Reserve a port on ${host}`
    case 'write-record':
      return step.open ? `Let the allowlist of ${name} through the filter` : `Close the filter for ${name}`
    case 'create-container':
      return `Make and start the container of ${name}`
    case 'start-container':
      return `Start the container of ${name}`
    case 'await-answer':
      return 'Wait until memcached answers'
    case 'remove-container':
      return `Remove the container of ${name}`
    case 'drop-record':
      return `Remove every filter entry of ${name} and keep its port back for 30 days`
  }
}
