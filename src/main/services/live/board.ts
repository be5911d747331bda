import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { HostStatus } from '../../../contract/panel.ts'
import type { Tenant } from '../../../contract/tenant.ts'
import { judgeBehindFilter } from '../../../core/tenant/judge-health.ts'
import type { Vital } from '../../../core/tenant/vital.ts'
import { type FilterFault, tellFilterFault } from '../../../domain/filter-fault.ts'
import { viewTenant } from '../../../domain/tenant-view.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { LeftWork } from '../../adapters/store/left-work.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import { describePending, describeWork } from '../operation/describe-work.ts'
import { type HostSight, sightOf } from './host-sight.ts'

interface TenantEntry {
  readonly stored: StoredTenant
  readonly left: LeftWork
  readonly view: Tenant
  /** Whether a look at its host stands behind the view. */
  readonly isSeen: boolean
}

/** The part of a host's status that the store knows. */
type HostView = Omit<HostStatus, 'connection' | 'why' | 'problem' | 'filterFault'>

interface HostEntry {
  readonly host: StoredHost
  readonly status: HostStatus
  readonly sight: HostSight
  readonly filterFault: FilterFault | null
  readonly tenantIds: Set<string>
  /** Tenants that a host that was put back has otherwise. */
  readonly putBack: ReadonlySet<string>
}

/** The listener to changes on the board. */
export interface BoardListener {
  readonly onHost: (id: string) => void
  readonly onTenant: (id: string) => void
}

/** Everything a page shows of hosts and tenants as it was seen last. It tells what changes, and nothing that does not. */
export interface Board {
  readonly host: (id: string) => HostEntry | undefined
  readonly hostIds: () => readonly string[]
  readonly tenant: (id: string) => TenantEntry | undefined
  readonly tenantIds: () => Iterable<string>
  /** A host as the store has it now. */
  readonly putHost: (host: StoredHost, view: HostView) => void
  readonly dropHost: (id: string) => void
  /**
   * A tenant as the store has it now; its view follows from the last look at its host.
   * @param left work on it whose end is not confirmed
   */
  readonly putTenant: (stored: StoredTenant, left: LeftWork) => void
  readonly dropTenant: (id: string) => void
  /** Takes in a look at a host. All of its tenants are gone through, a piece at a time. */
  readonly see: (hostId: string, sight: HostSight) => Promise<void>
  /** Takes in that its cache was asked. */
  readonly feel: (tenantId: string) => void
  /** Takes in a look at a host's filter. */
  readonly seeFilter: (hostId: string, fault: FilterFault | null) => void
}

/** Views that are made and compared in about a millisecond. */
const pieceSize = 250

/**
 * @param firstSight what is said of a host before the first look
 * @param isBusy whether something is being done to a tenant in sight: what is seen of it then is halfway, so the view waits
 * @param vitalOf what its cache said when it was asked last
 */
export function createBoard(
  firstSight: (host: StoredHost) => HostSight,
  isBusy: (tenantId: string) => boolean,
  vitalOf: (tenantId: string) => Vital | undefined,
  { onHost, onTenant }: BoardListener,
): Board {
  const hosts = new Map<string, HostEntry>()
  const tenants = new Map<string, TenantEntry>()

  function setHost(entry: HostEntry): void {
    const before = hosts.get(entry.host.id)
    hosts.set(entry.host.id, entry)
    if (JSON.stringify(before?.status) !== JSON.stringify(entry.status)) onHost(entry.host.id)
  }

  function refresh(stored: StoredTenant, left: LeftWork): void {
    const home = hosts.get(stored.hostId)
    if (home === undefined) return
    const { id } = stored
    const before = tenants.get(id)
    const busy = isBusy(id)
    if (busy && stored.phase === 'present' && before?.isSeen === true) return
    const { host, sight, putBack, filterFault } = home
    const doubt = home.status.server
    const work = describeWork(busy, left.failure)
    const viewed = viewTenant(
      stored,
      host.name,
      sight.addresses,
      // Anything seen on another server is not this tenant's.
      doubt === null ? sightOf(sight, id) : { kind: 'unreached', why: doubt.sentence },
      work,
      describePending(left.pending),
      putBack.has(id),
      vitalOf(id),
    )
    const health = judgeBehindFilter(viewed.health, filterFault !== null)
    const view = { ...viewed, ...sight.leftOut, health }
    tenants.set(id, { stored, left, view, isSeen: sight.seen !== undefined })
    home.tenantIds.add(id)
    if (before === undefined || !isSame(before, { stored, view })) onTenant(id)
  }

  function dropTenant(id: string): void {
    const entry = tenants.get(id)
    if (entry === undefined) return
    tenants.delete(id)
    hosts.get(entry.stored.hostId)?.tenantIds.delete(id)
    onTenant(id)
  }

  async function refreshAll(home: HostEntry): Promise<void> {
    let done = 0
    for (const id of [...home.tenantIds]) {
      const entry = tenants.get(id)
      if (entry !== undefined) refresh(entry.stored, entry.left)
      done += 1
      if (done % pieceSize === 0) await setImmediate()
    }
  }

  return {
    host: (id) => hosts.get(id),
    hostIds: () => [...hosts.keys()],
    tenant: (id) => tenants.get(id),
    tenantIds: () => tenants.keys(),
    putHost(host, view) {
      const before = hosts.get(host.id)
      const sight = before?.sight ?? firstSight(host)
      const filterFault = before?.filterFault ?? null
      const tenantIds = before?.tenantIds ?? new Set<string>()
      const putBack = new Set(host.putBack?.tenantIds)
      const status = toStatus(view, sight, filterFault)
      const entry = { host, status, sight, filterFault, tenantIds, putBack }
      setHost(entry)
      const isOther =
        before?.host.name !== host.name ||
        !isDeepStrictEqual(before.host.putBack, host.putBack) ||
        !isDeepStrictEqual(before.status.server, view.server)
      if (before !== undefined && isOther) void refreshAll(entry)
    },
    dropHost(id) {
      const home = hosts.get(id)
      if (home === undefined) return
      for (const tenantId of [...home.tenantIds]) dropTenant(tenantId)
      hosts.delete(id)
      onHost(id)
    },
    putTenant: refresh,
    dropTenant,
    feel(tenantId) {
      const entry = tenants.get(tenantId)
      if (entry !== undefined) refresh(entry.stored, entry.left)
    },
    async see(hostId, sight) {
      const home = hosts.get(hostId)
      if (home === undefined) return
      // The state of the filter is not known any more when the host does not answer.
      const filterFault = sight.connection === 'connected' ? home.filterFault : null
      const entry = { ...home, sight, filterFault, status: toStatus(home.status, sight, filterFault) }
      setHost(entry)
      await refreshAll(entry)
    },
    seeFilter(hostId, filterFault) {
      const home = hosts.get(hostId)
      if (home === undefined) return
      const entry = { ...home, filterFault, status: toStatus(home.status, home.sight, filterFault) }
      setHost(entry)
      if ((home.filterFault === null) !== (filterFault === null)) void refreshAll(entry)
    },
  }
}

function toStatus(view: HostView, sight: HostSight, fault: FilterFault | null): HostStatus {
  const { connection, why, problem } = sight
  const filterFault = fault === null ? null : tellFilterFault(view.name, fault)
  return { ...view, connection, why, problem, filterFault }
}

/** The same row of the store is compared by what a look can change; another one by everything. */
function isSame(
  before: Pick<TenantEntry, 'stored' | 'view'>,
  now: Pick<TenantEntry, 'stored' | 'view'>,
): boolean {
  const [one, other] = [before.view, now.view]
  if (before.stored !== now.stored) return JSON.stringify(one) === JSON.stringify(other)
  return (
    one.state === other.state &&
    one.health === other.health &&
    one.leftOut === other.leftOut &&
    one.usableConnections === other.usableConnections &&
    one.why === other.why &&
    one.faults.length === other.faults.length &&
    one.pending.length === other.pending.length &&
    one.host === other.host &&
    one.addresses.length === other.addresses.length &&
    one.addresses.every((address, index) => address === other.addresses[index])
  )
}
