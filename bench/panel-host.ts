import type { Client } from '../test/hosts/client.ts'
import { startHost } from '../test/hosts/host.ts'
import { prepareSandbox } from '../test/main/panel.ts'
import { openPanelHost, type PanelHost as World } from '../test/main/panel-host.ts'

/** A server, a computer of a tenant beside it, and a panel with a store of its own that has prepared the server. */
export interface PanelHost extends World {
  readonly client: Client
}

/** @param name of the server, whose user needs no sudo password */
export async function startPanelHost(name: string): Promise<PanelHost> {
  const world = await openPanelHost(await startHost({ name, sudo: 'nopasswd' }))
  try {
    await prepareSandbox(world.panel, world.host)
    // Its panel changes, so the world is not copied.
    return Object.assign(world, { client: await world.addClient() })
  } catch (error) {
    await world.stop()
    throw error
  }
}
