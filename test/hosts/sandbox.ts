import { type Client, type ClientOptions, startClient } from './client.ts'
import { type Host, type HostNamespace, type HostOptions, startHost } from './host.ts'
import { clearLeftovers } from './leftovers.ts'

/** Where hosts and their clients come from: this process when it is root, a process started by sudo when it is not. */
export interface Sandbox {
  startHost(options?: HostOptions): Promise<Host>
  startClient(host: Host, options: ClientOptions): Promise<Client>
  /** Removes what killed runs left; returns the ids. */
  clearLeftovers(): Promise<readonly string[]>
  /** Stops everything that was started here. */
  close(): Promise<void>
}

/** A sandbox made by this process, which must be root on Linux. */
export const localSandbox = (): Sandbox => {
  const hosts = new Map<string, HostNamespace>()
  const clients = new Set<Client>()
  const starting = new Set<Promise<unknown>>()
  const track = async <Thing>(start: Promise<Thing>, keep: (thing: Thing) => void): Promise<Thing> => {
    const kept = start.then((thing) => {
      keep(thing)
      return thing
    })
    starting.add(kept)
    try {
      return await kept
    } finally {
      starting.delete(kept)
    }
  }
  return {
    startHost: (options) => track(startHost(options), (host) => hosts.set(host.id, host)),
    startClient: async (host, options) => {
      const found = hosts.get(host.id)
      if (found === undefined) throw new Error(`${host.name} is not a host of this sandbox`)
      return await track(startClient(found, options), (client) => clients.add(client))
    },
    clearLeftovers,
    close: async () => {
      // Hosts and clients that are still starting are stopped like the rest.
      await Promise.allSettled(starting)
      await Promise.all([...clients].map((client) => client.stop()))
      clients.clear()
      await Promise.all([...hosts.values()].map((host) => host.stop()))
      hosts.clear()
    },
  }
}
