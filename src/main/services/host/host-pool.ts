import { setTimeout as pause } from 'node:timers/promises'
import type { InputVerdict } from '../../../core/host/input.ts'
import type { FlushCount } from '../../../core/tenant/flush-count.ts'
import type { Table } from '../../../core/tenant/read-made.ts'
import type { AddressFacts } from '../../../domain/endpoint.ts'
import type { Listening } from '../../../domain/tenant-listeners.ts'
import type { DockerApi } from '../../adapters/docker/docker.ts'
import type { Link } from '../../adapters/link.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { TimeLimits } from '../../adapters/time-limits.ts'
import type { TenantLedger } from '../tenant/ledger.ts'
import type { SeenMade } from '../tenant/observe-made.ts'
import type { SaidWays, Seen } from '../tenant/observe-ways.ts'

/** Every way to one host: one connection that Docker's API, the helper and the probes share. */
export interface HostAccess {
  readonly host: StoredHost
  readonly link: Link
  readonly docker: DockerApi
  readonly helper: HelperSession
  /** A helper of its own for what takes access away: requests to one helper are answered in order. */
  readonly closer: HelperSession
  readonly ledger: TenantLedger
  readonly timeLimits: TimeLimits
  /**
   * Waits, however long, for one of a few places for work that keeps Docker busy for seconds: hundreds of creates at once
   * would only wait there, and the short calls between them would meet their time limits.
   */
  readonly inFew: <T>(work: () => Promise<T>) => Promise<T>
  /** Tells those who wait, where sudo takes long to let work begin that is not the helper's. */
  readonly waitForSudo: <T>(work: Promise<T>) => Promise<T>
  /** Facts that were seen once and hold while the connection does. */
  readonly seen: SeenOnce
}

/** Remembered for the life of an access, so that a change does not look it up again. */
export interface SeenOnce {
  /** The address behind the SSH name, by the SSH configuration. */
  dialled?: string
  /** The servers in between, for people: `203.0.113.1:22`; empty when there are none. */
  jumps?: readonly string[]
  /** Facts that decide which addresses tenants are given. */
  addressFacts?: AddressFacts
  /** What its own firewall does with strangers, and when that was asked, on the monotonic clock in milliseconds. */
  input?: { readonly at: number; readonly verdicts: readonly InputVerdict[] | null }
  /** Tenant networks that are there, by index. */
  readonly networks: Map<number, Promise<void>>
  /** Id of the image for new tenants. */
  imageId?: string
  /** The registry that did not answer it about an image, when, on the monotonic clock in milliseconds. */
  silentRegistry?: { readonly reference: string; readonly at: number }
  /** Docker there keeps no memory or process limit. */
  unlimited?: Promise<boolean>
  /** Programs on the ports of tenants that are down, when they were looked for, and on which ports: `20000,20004`. */
  takenBy?: { readonly ports: string; readonly at: number; readonly programs: Listening['programs'] }
  /** The operator knows that. */
  unlimitedTold?: boolean
  /** When Docker began, as far as that was asked for. */
  dockerBegan?: string
  /** Docker has answered. */
  docker?: Promise<unknown>
  /** Work of other panels has been taken in. */
  adopted?: Promise<void>
  /** Recovery of what an earlier run left is under way, or has nothing left to do. */
  recovered?: Promise<void>
  /** It is tried again after a pause. */
  recoversLater?: boolean
  /** The revision that a change wrote last, by tenant id: the store has it at the end of the change. */
  readonly written: Map<string, number>
  /** The last closings of a tenant by this program, between which nobody else wrote its record, by tenant id. */
  readonly closings: Map<string, { readonly was: number; readonly revision: number }>
  /** When the host last confirmed a closing, by tenant id, on the monotonic clock in milliseconds. */
  readonly closedAt: Map<string, number>
  /** Pending closings on the host are tried again after a pause. */
  closesLater?: boolean
  /** The same after the long pause that follows a refused login. */
  closesAfterRefusal?: boolean
  /** When a closing last had no answer there, on the monotonic clock in milliseconds. */
  silentAt?: number
  /** When the host was asked last where its history is, on the monotonic clock in milliseconds. */
  historyAt?: number
  /** It was judged over this connection. */
  historyJudged?: boolean
  /** Tenants of which nothing is taken in before they are judged by it. */
  unjudged?: ReadonlySet<string>
  /** It is asked again in a moment. */
  asksHistory?: boolean
  /** The server was compared with another host that has the same registry. */
  twins?: boolean
  /** How often each cache was flushed, as it said last, by tenant id. */
  readonly flushes: Map<string, FlushCount>
  /** Sentences that the operator was told and that each look would tell again. */
  readonly told: Set<string>
  /** When a container that no record knows was looked at last, by tenant id, in milliseconds since 1970. */
  readonly unrecorded: Map<string, number>
  /** How containers of tenants were made, by their ids. */
  readonly made: Map<string, SeenMade>
  /** The newest end of each tenant's container as the log has it, by the tenant's id. */
  readonly ends: Map<string, string>
  /** Defaults that containers take from their images, by the ids of these. */
  readonly imageDefaults: Map<string, Promise<Table | null>>
  /** How Docker makes containers there. */
  ways?: Seen<Promise<SaidWays>>
  /** Names of the tenant networks that the filter guards. */
  ownNetworks?: Seen<ReadonlySet<string>>
}

/** One access a host, opened when first asked for. */
export interface HostPool {
  access(host: StoredHost): HostAccess
  /** The host as it is known now, over the connection that there is. */
  refresh(host: StoredHost): void
  /**
   * From now on there is another access, for what has changed of the host or the way to it. The one before ends when
   * nothing runs over it any more.
   * @param now the host as it was edited: work that began before goes on with it as it was, and asks for an access still
   */
  retire(hostId: string, now?: StoredHost): void
  close(): Promise<void>
}

/** Work takes its access a moment before it counts as running; looks have no other sign than their time limit. */
const retireAfterMs = 2_000

/** @param whenIdle resolves when nothing of a host is being done */
export function createHostPool(
  open: (host: StoredHost) => HostAccess,
  whenIdle: (hostId: string) => Promise<void>,
): HostPool {
  const accesses = new Map<string, HostAccess>()
  const retired = new Set<HostAccess>()
  /** Hosts that were edited and have no access since. */
  const edited = new Map<string, StoredHost>()
  let isClosed = false
  const end = async (access: HostAccess): Promise<void> => {
    retired.delete(access)
    await Promise.all([access.helper.close(), access.closer.close()])
    await access.link.close()
  }
  const endWhenIdle = async (access: HostAccess): Promise<void> => {
    await whenIdle(access.host.id)
    await pause(retireAfterMs, undefined, { ref: false })
    await whenIdle(access.host.id)
    if (retired.has(access)) await end(access)
  }
  return {
    access(host) {
      const known = accesses.get(host.id)
      if (known !== undefined) return known
      const access = open(edited.get(host.id) ?? host)
      edited.delete(host.id)
      accesses.set(host.id, access)
      // A look that was under way at the end asks again; a connection made then would keep the program from ending.
      if (isClosed) void end(access)
      return access
    },
    refresh(host) {
      const known = accesses.get(host.id)
      if (known !== undefined) accesses.set(host.id, { ...known, host })
      else if (edited.has(host.id)) edited.set(host.id, host)
    },
    retire(hostId, now) {
      edited.delete(hostId)
      if (now !== undefined) edited.set(hostId, now)
      const known = accesses.get(hostId)
      if (known === undefined) return
      accesses.delete(hostId)
      retired.add(known)
      void endWhenIdle(known)
    },
    async close() {
      isClosed = true
      const all = [...accesses.values(), ...retired]
      accesses.clear()
      await Promise.all(all.map(end))
    },
  }
}
