import { connect } from 'node:net'
import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'

type BrowserSocket = ConstructorParameters<typeof RPCLink>[0]['websocket']

/** A connection to the program that owns the store. */
export interface ControlClient<Context extends ClientContext = ClientContext> {
  /** For `createORPCClient`. */
  readonly link: ClientLink<Context>
  /** Settles when the connection is gone, whoever closed it. Calls that were under way are rejected. */
  readonly closed: Promise<void>
  close(): void
}

/**
 * Connects to a control socket; no TCP is involved.
 * @throws the system's error (ECONNREFUSED, ENOENT) when nobody answers there, or after `timeoutMs`
 */
export async function connectControl(path: string, { timeoutMs = 5_000 } = {}): Promise<ControlClient> {
  const socket = new WebSocket('ws://memharbor.invalid', {
    createConnection: () => connect(path),
    handshakeTimeout: timeoutMs,
    perMessageDeflate: false,
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  // ws has the browser's interface; only the classes of its events have other names.
  const link = new RPCLink({ websocket: socket as unknown as BrowserSocket })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  // What an error means for a call, 'close' says right after it.
  socket.on('error', () => socket.terminate())
  return { link, closed, close: () => socket.close() }
}
