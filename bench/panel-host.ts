import { type Client, startClient } from '../test/hosts/client.ts'
import { type HostNamespace, startHost } from '../test/hosts/host.ts'
import { addSandbox, openPanel, type Panel, prepareSandbox } from '../test/main/panel.ts'

/** A server, a computer of a tenant beside it, and a panel with a store of its own that has prepared the server. */
export interface PanelHost {
  readonly host: HostNamespace
  readonly client: Client
  readonly panel: Panel
  /** Ends the panel, lets `between` change the host without it, and opens it again. */
  reopen(between: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}

export async function startPanelHost(name: string): Promise<PanelHost> {
  const host = await startHost({ name, sudo: 'nopasswd' })
  const client = await startClient(host, { index: 0 })
  let panel = await openPanel()
  const stop = async (): Promise<void> => {
    await panel.stop()
    await client.stop()
    await host.stop()
  }
  try {
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    host,
    client,
    get panel() {
      return panel
    },
    async reopen(between) {
      await panel.close()
      await between()
      panel = await openPanel(panel.dataDir)
    },
    stop,
  }
}
