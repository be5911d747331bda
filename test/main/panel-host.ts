import type { ComposeOptions } from '../../src/main/compose.ts'
import { type Client, startClient } from '../hosts/client.ts'
import type { HostNamespace } from '../hosts/host.ts'
import { addSandbox, openPanel, type Panel } from './panel.ts'

/** A server, and panels with stores of their own that have it. All of it ends with `stop`. */
export interface PanelHost {
  readonly host: HostNamespace
  /** The first panel: the one that is open on its store now. */
  readonly panel: Panel
  /**
   * Ends the first panel, and opens another one on its store.
   * @param between what happens while there is none
   * @param options what is composed into the other one: the same as into the one before, unless given
   */
  reopen(between?: () => Promise<unknown>, options?: ComposeOptions): Promise<void>
  /** The same, and the other one has a store of its own: it knows nothing but what the server has. */
  renew(between?: () => Promise<unknown>, options?: ComposeOptions): Promise<void>
  /** Opens another laptop's panel. */
  addPanel(options?: ComposeOptions): Promise<Panel>
  /** Starts a computer of a tenant beside the server. */
  addClient(): Promise<Client>
  stop(): Promise<void>
}

/**
 * @param host ends with the panels, and when this fails
 * @param options what only tests compose in
 */
export const openPanelHost = async (
  host: HostNamespace,
  options: ComposeOptions = {},
): Promise<PanelHost> => {
  const stops = [host.stop]
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step()
  }
  const addPanel = async (others: ComposeOptions = {}): Promise<Panel> => {
    const added = await openPanel(undefined, others)
    stops.push(added.stop)
    await addSandbox(added, host)
    return added
  }
  let clients = 0
  let composed = options
  try {
    let panel = await openPanel(undefined, composed)
    stops.push(() => panel.stop())
    await addSandbox(panel, host)
    return {
      ...{ host, addPanel, stop },
      get panel() {
        return panel
      },
      async reopen(between, next = composed) {
        composed = next
        await panel.close()
        try {
          await between?.()
        } finally {
          // What fails in between fails one test, and not the next ones too.
          panel = await openPanel(panel.dataDir, composed)
        }
      },
      async renew(between, next = composed) {
        composed = next
        await panel.stop()
        await between?.()
        panel = await openPanel(undefined, composed)
        await addSandbox(panel, host)
      },
      async addClient() {
        const client = await startClient(host, { index: clients })
        clients += 1
        stops.push(client.stop)
        return client
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Opens another laptop's panel that has the server, for as long as the work takes. */
export const withOther = async <T>(host: HostNamespace, work: (other: Panel) => Promise<T>): Promise<T> => {
  const other = await openPanel()
  try {
    await addSandbox(other, host)
    return await work(other)
  } finally {
    await other.stop()
  }
}
