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
 * @throws the system's error: ECONNREFUSED or ENOENT when nobody listens there, ETIMEDOUT after `timeoutMs`
 */
export async function connectControl(path: string, { timeoutMs = 5_000 } = {}): Promise<ControlClient> {
  const socket = new WebSocket('ws://memharbor.invalid', {
    createConnection: () => connect(path),
    perMessageDeflate: false,
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  // ws has the browser's interface; only the classes of its events have other names.
  const link = new RPCLink({ websocket: socket as unknown as BrowserSocket })
  await new Promise<void>((resolve, reject) => {
    // ws has a limit of its own, but it works only with sockets that ws made.
    const timer = setTimeout(() => {
      reject(Object.assign(new Error('the control socket does not answer'), { code: 'ETIMEDOUT' }))
      socket.terminate()
    }, timeoutMs)
    socket.once('open', resolve)
    socket.once('error', reject)
    closed.then(() => reject(new Error('the control socket was closed')))
    socket.once('open', () => clearTimeout(timer)).once('close', () => clearTimeout(timer))
  })
  // Calls learn of an error by 'close', which comes right after it.
  socket.on('error', () => socket.terminate())
  return { link, closed, close: () => socket.close() }
}
