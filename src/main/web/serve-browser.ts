import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { pagePaths } from '../../contract/page-session.ts'
import { largestMessage } from '../page/page-message.ts'
import type { RouterContext } from '../router.ts'
import { createSocketAcceptor } from './accept-socket.ts'
import { answerRequest, answerText } from './answer-request.ts'
import { refuseRequest } from './refuse-request.ts'
import { createSessions } from './sessions.ts'

/** A panel that a browser of this computer can show. */
export interface BrowserShell {
  /** `http://127.0.0.1:4711` */
  readonly origin: string
  /** A link that lets one tab in, once. It is a secret until then. */
  newLink(): string
  /** Cuts all pages off (their calls see the abort) and stops listening. */
  close(): Promise<void>
}

export interface BrowserShellOptions {
  /** The folder of the built page. */
  readonly pageRoot: string
  /** A TCP port; 0 for any that is free. */
  readonly port: number
}

/**
 * Serves the page and its socket on 127.0.0.1 and nowhere else. Every request is checked before anything of it is read.
 * @throws the system's error, such as EADDRINUSE
 */
export async function serveBrowser(
  context: RouterContext,
  { pageRoot, port }: BrowserShellOptions,
): Promise<BrowserShell> {
  const { log } = context.services
  const sessions = createSessions(() => performance.now())
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: largestMessage,
  })
  const acceptSocket = createSocketAcceptor(sessions, context)
  const server = createServer()
  await listen(server, port)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const isRefused = (request: IncomingMessage): boolean => {
    const why = refuseRequest(request, origin)
    const { host, origin: from } = request.headers
    if (why !== undefined) log.warn({ why, host, from }, 'a request that is not from the page was refused')
    return why !== undefined
  }
  server.on('request', (request, response) => {
    if (isRefused(request)) return answerText(response, 403, `The panel is only at ${origin}/`)
    answerRequest(request, response, { pageRoot, origin, sessions }).catch((err: unknown) => {
      log.warn({ err }, 'a request of the page was not answered')
      response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => {
    if (isRefused(request)) return endUpgrade(socket, 403)
    if (request.url !== pagePaths.socket) return endUpgrade(socket, 404)
    sockets.handleUpgrade(request, socket, head, (accepted) => acceptSocket(accepted, socket))
  })
  return {
    origin,
    newLink: () => `${origin}/#token=${sessions.issueToken()}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function endUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
