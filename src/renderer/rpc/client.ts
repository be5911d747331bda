import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { pagePortChannel } from '../../contract/page-port.ts'
import type { Client } from '../../contract/router.ts'

/** The page's connection to the program behind it. */
export interface PanelConnection {
  readonly client: Client
  /** Calls back when the program is gone; returns what ends that. */
  readonly onLost: (callback: () => void) => () => void
}

/** A client of the window's router, over a port that the preload passes to the main process. Once a page load. */
export function openClient(): PanelConnection {
  const { port1, port2 } = new MessageChannel()
  window.postMessage(pagePortChannel, window.location.origin, [port2])
  const client: Client = createORPCClient(new RPCLink({ port: port1 }))
  port1.start()
  const onLost = (callback: () => void): (() => void) => {
    port1.addEventListener('close', callback)
    return () => port1.removeEventListener('close', callback)
  }
  return { client, onLost }
}
