import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { pagePortChannel } from '../../contract/page-port.ts'
import type { Client } from '../../contract/router.ts'

/** A client of the window's router, over a port that the preload passes to the main process. Once a page load. */
export function openClient(): Client {
  const { port1, port2 } = new MessageChannel()
  window.postMessage(pagePortChannel, window.location.origin, [port2])
  const client: Client = createORPCClient(new RPCLink({ port: port1 }))
  port1.start()
  return client
}
