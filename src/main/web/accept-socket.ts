import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import type { WebSocket } from 'ws'
import { noSessionCode, sessionSchema } from '../../contract/page-session.ts'
import { isPageMessage } from '../page/page-message.ts'
import { renderForPage } from '../page/page-text.ts'
import { type RouterContext, router } from '../router.ts'
import type { Sessions } from './sessions.ts'
import { createWaitingSockets } from './waiting-sockets.ts'

/** The part of a socket that the handler uses. */
type Port = Parameters<RPCHandler<RouterContext>['upgrade']>[0]

/** The one message that is no answer of the router: the session is good. */
const letIn = '{}'

/** WebSocket's code for what breaks the rules of the one it is sent to, RFC 6455 section 7.4.1. */
const policyViolation = 1008

/** Connects the sockets of pages to the router, once they have shown their session. */
export function createSocketAcceptor(
  sessions: Sessions,
  context: RouterContext,
): (socket: WebSocket, stream: Duplex) => void {
  const handler = new RPCHandler<RouterContext>(router)
  const waiting = createWaitingSockets()
  const { log } = context.services
  return (socket, stream) => {
    // A broken or oversized frame ends the connection, and 'close' then ends its calls.
    socket.on('error', () => socket.terminate())
    const letInside = waiting.enter(socket, stream)
    socket.once('message', (data, isBinary) => {
      const session = isBinary ? undefined : readSession(data.toString())
      if (session === undefined || !sessions.isSession(session)) {
        log.warn('a socket without a session was closed')
        // The page reads the code; one that does not close by itself is still cut off in time.
        return socket.close(noSessionCode, 'no session')
      }
      letInside()
      const port = checkMessages(socket, () => {
        log.warn('the page sent a message that is none of ours; its socket was closed')
        socket.close(policyViolation, 'not a message')
      })
      const hasLeft = (): boolean => socket.readyState !== socket.OPEN
      void handler.upgrade(port, { context: { ...context, hasLeft } })
      socket.send(letIn)
    })
  }
}

function readSession(message: string): string | undefined {
  // No session is longer, and what is not one is not parsed.
  if (message.length > 100) return undefined
  try {
    return sessionSchema.safeParse(JSON.parse(message)).data?.session
  } catch {
    return undefined
  }
}

/** The socket, but only for messages of the right shape, and only while it is open. */
function checkMessages(socket: WebSocket, refuse: () => void): Port {
  const port = {
    send: (data: string | Uint8Array) => socket.send(renderForPage(data)),
    addEventListener(event: string, callback: (event: { data: unknown }) => void) {
      if (event === 'close') socket.on('close', () => callback({ data: undefined }))
      if (event !== 'message') return
      socket.on('message', (data, isBinary) => {
        if (socket.readyState !== socket.OPEN) return
        const text = isBinary ? undefined : data.toString()
        if (isPageMessage(text)) callback({ data: text })
        else refuse()
      })
    },
  }
  return port as unknown as Port
}
