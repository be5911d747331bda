import { type Client, startClient } from '../hosts/client.ts'
import { type LiveHost, type LiveHostOptions, startLiveHost } from '../hosts/live/live-host.ts'
import { openPanel, type Panel } from '../main/panel.ts'

/** A live host, three of its clients and a panel. */
export interface LiveWorld {
  readonly host: LiveHost
  /** Is on the allowlists. */
  readonly allowed: Client
  /** Is on none. */
  readonly denied: Client
  /** Was on one. */
  readonly revoked: Client
  /** Knows no host yet, unless its store does. */
  panel: Panel
  stop(): Promise<void>
}

/** Starts a host with its clients and an empty panel; it takes about five seconds. Root on Linux only. */
export const startLiveWorld = async (options: LiveHostOptions): Promise<LiveWorld> => {
  const host = await startLiveHost(options)
  const started: { stop(): Promise<void> }[] = [host]
  const stop = async (): Promise<void> => {
    for (const each of started.splice(0).reverse()) await each.stop()
  }
  try {
    const clients: Client[] = []
    for (const index of [0, 1, 2]) {
      const client = await startClient(host, { index })
      clients.push(client)
      started.push(client)
    }
    const [allowed, denied, revoked] = clients
    if (allowed === undefined || denied === undefined || revoked === undefined) throw new Error('no clients')
    const world = { host, allowed, denied, revoked, panel: await openPanel(), stop }
    started.push({ stop: () => world.panel.stop() })
    return world
  } catch (error) {
    await stop()
    throw error
  }
}
