import { anotherPanel, anotherPanelOrClient, type Operation } from '../../contract/activity.ts'
import type { HostStatus, PanelEvent } from '../../contract/panel.ts'
import type { Tenant } from '../../contract/tenant.ts'
import type { Loss } from './panel-connection.ts'

/** Everything the panel shows, as the last events left it. A new value for every change, so that React sees it. */
export interface LiveState {
  /** False until everything there was at the start has arrived. */
  readonly loaded: boolean
  /** Why there is nobody behind the page any more; what is shown is how it was then. */
  readonly lost: Loss | undefined
  readonly hosts: readonly HostStatus[]
  /** By name. */
  readonly tenants: readonly Tenant[]
  readonly tenantsById: ReadonlyMap<string, Tenant>
  /** The operations that run, and those that ended while the page is open; the newest first. */
  readonly operations: readonly Operation[]
  /** Events that nobody asked for and nobody has put away, the newest last. */
  readonly notices: readonly string[]
  /** How much others did that nobody has put away. */
  readonly others: Others
}

/** Changes by other panels, and flushes by one of them or by a client. */
export interface Others {
  readonly changes: number
  readonly flushes: number
}

export const noOthers: Others = { changes: 0, flushes: 0 }

export const emptyLiveState: LiveState = {
  loaded: false,
  lost: undefined,
  hosts: [],
  tenants: [],
  tenantsById: new Map(),
  operations: [],
  notices: [],
  others: noOthers,
}

/** Operations that ended are kept for a while, so that their end can be read; the activity list has all of them. */
const mostOperations = 200

const names = new Intl.Collator('en', { numeric: true })

/** The state after the events of one frame. */
export function applyEvents(state: LiveState, events: readonly PanelEvent[]): LiveState {
  const tenants = new Map<string, Tenant>()
  const gone = new Set<string>()
  let next: LiveState = state
  for (const event of events) {
    switch (event.kind) {
      case 'hosts':
        next = { ...next, hosts: mergeHosts(next.hosts, event.hosts) }
        break
      case 'tenants':
        for (const tenant of event.tenants) {
          tenants.set(tenant.id, tenant)
          gone.delete(tenant.id)
        }
        break
      case 'gone':
        for (const id of event.tenantIds) {
          gone.add(id)
          tenants.delete(id)
        }
        next = { ...next, hosts: next.hosts.filter(({ id }) => !event.hostIds.includes(id)) }
        break
      case 'operations':
        next = {
          ...next,
          operations: mergeOperations(next.operations, event.operations),
          others: addOthers(next.others, next.operations, event.operations),
        }
        break
      case 'notice':
        next = { ...next, notices: [...next.notices, event.sentence] }
        break
      case 'loaded':
        next = { ...next, loaded: true }
        break
    }
  }
  return tenants.size === 0 && gone.size === 0 ? next : mergeTenants(next, tenants, gone)
}

function mergeTenants(
  state: LiveState,
  changed: ReadonlyMap<string, Tenant>,
  gone: ReadonlySet<string>,
): LiveState {
  const tenantsById = new Map(state.tenantsById)
  for (const id of gone) tenantsById.delete(id)
  let sorted = true
  for (const [id, tenant] of changed) {
    // A row that keeps its name keeps its place; only then need nothing be sorted.
    sorted &&= tenantsById.get(id)?.name === tenant.name
    tenantsById.set(id, tenant)
  }
  const kept = state.tenants.flatMap(({ id }) => tenantsById.get(id) ?? [])
  if (sorted) return { ...state, tenantsById, tenants: kept }
  const stayed = kept.filter(({ id }) => !changed.has(id))
  const moved = [...changed.values()].sort(byName)
  return { ...state, tenantsById, tenants: mergeByName(stayed, moved) }
}

const byName = (a: Tenant, b: Tenant): number => names.compare(a.name, b.name)

/** Two lists in the order of names as one: at the start twenty pieces arrive, and sorting all at each would be felt. */
function mergeByName(some: readonly Tenant[], others: readonly Tenant[]): Tenant[] {
  const merged: Tenant[] = []
  let next = 0
  for (const tenant of some) {
    for (let other = others[next]; other !== undefined && byName(other, tenant) < 0; other = others[++next])
      merged.push(other)
    merged.push(tenant)
  }
  return merged.concat(others.slice(next))
}

function mergeHosts(hosts: readonly HostStatus[], changed: readonly HostStatus[]): readonly HostStatus[] {
  const byId = new Map([...hosts, ...changed].map((host) => [host.id, host]))
  return [...byId.values()].sort((a, b) => names.compare(a.name, b.name))
}

/** An operation is told again where something of it has changed. */
function addOthers(others: Others, known: readonly Operation[], told: readonly Operation[]): Others {
  const ids = new Set(known.map(({ id }) => id))
  const countOf = (by: string): number => told.filter(({ id, actor }) => actor === by && !ids.has(id)).length
  const [changes, flushes] = [countOf(anotherPanel), countOf(anotherPanelOrClient)]
  if (changes + flushes === 0) return others
  return { changes: others.changes + changes, flushes: others.flushes + flushes }
}

function mergeOperations(
  operations: readonly Operation[],
  changed: readonly Operation[],
): readonly Operation[] {
  const byId = new Map([...operations, ...changed].map((operation) => [operation.id, operation]))
  return [...byId.values()]
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0))
    .slice(0, mostOperations)
}
