import type { AddressFacts } from '../../../domain/endpoint.ts'
import type { DockerApi } from '../../adapters/docker/docker.ts'
import type { Link } from '../../adapters/link.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { TimeLimits } from '../../adapters/time-limits.ts'
import type { TenantLedger } from '../tenant/ledger.ts'

/** Every way to one host: one connection that Docker's API, the helper and the probes share. */
export interface HostAccess {
  readonly host: StoredHost
  readonly link: Link
  readonly docker: DockerApi
  readonly helper: HelperSession
  readonly ledger: TenantLedger
  readonly timeLimits: TimeLimits
  /**
   * Waits, however long, for one of a few places for work that keeps Docker busy for seconds: hundreds of creates at once
   * would only wait there, and the short calls between them would meet their time limits.
   */
  readonly inFew: <T>(work: () => Promise<T>) => Promise<T>
  /** What was seen once and holds while the connection does. */
  readonly seen: SeenOnce
}

/** Remembered for the life of an access, so that a change does not look it up again. */
export interface SeenOnce {
  /** The address behind the SSH name, by the SSH configuration. */
  dialled?: string
  /** The servers in between, for people: `203.0.113.1:22`; empty when there are none. */
  jumps?: readonly string[]
  /** What decides which addresses tenants are told. */
  addressFacts?: AddressFacts
  /** Tenant networks that are there, by index. */
  readonly networks: Map<number, Promise<void>>
  /** Id of the image for new tenants. */
  imageId?: string
  /** Recovery of what an earlier run left has been done. */
  recovered?: Promise<void>
  /** When a container that no record knows was looked at last, by tenant id, in milliseconds since 1970. */
  readonly unrecorded: Map<string, number>
}

/** One access a host, opened when first asked for. */
export interface HostPool {
  access(host: StoredHost): HostAccess
  /** Ends the access, so that the next one uses what has changed of the host. */
  forget(hostId: string): Promise<void>
  close(): Promise<void>
}

export function createHostPool(open: (host: StoredHost) => HostAccess): HostPool {
  const accesses = new Map<string, HostAccess>()
  let isClosed = false
  const end = async ({ helper, link }: HostAccess): Promise<void> => {
    await helper.close()
    await link.close()
  }
  return {
    access(host) {
      const known = accesses.get(host.id)
      if (known !== undefined) return known
      const access = open(host)
      accesses.set(host.id, access)
      // A look that was under way at the end asks again; a connection made then would keep the program from ending.
      if (isClosed) void end(access)
      return access
    },
    async forget(hostId) {
      const known = accesses.get(hostId)
      accesses.delete(hostId)
      if (known !== undefined) await end(known)
    },
    async close() {
      isClosed = true
      const all = [...accesses.values()]
      accesses.clear()
      await Promise.all(all.map(end))
    },
  }
}
