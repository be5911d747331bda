import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { AnyContractRouter } from '@orpc/contract'
import type { Context, Router } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import type { StoreLock } from './lock.ts'
import { chooseSocketPath } from './socket-path.ts'

/** Bytes of one message; a list of 10,000 tenants is below 10 MB. */
const largestMessage = 64 * 1024 * 1024

/** A router that other programs of this user can call. */
export interface ControlServer {
  readonly path: string
  /** Cuts all callers off (their handlers see the abort), stops listening and takes the announcement back. */
  close(): Promise<void>
  /** Answers callers until none is connected any more, then does the same. */
  closeAfterGuests(): Promise<void>
}

/**
 * Answers other programs on the data folder's control socket. Whoever holds the lock may remove a stale socket, because
 * nobody else can be listening. Only this user can connect: the socket is made with mode 0600.
 */
export async function serveControl<Initial extends Context>(
  lock: StoreLock,
  router: Router<AnyContractRouter, Initial>,
  context: Initial,
): Promise<ControlServer> {
  const path = await chooseSocketPath(lock.dataDir)
  // The pair of router and context is checked by this function's own type; the handler's can't be resolved in here.
  const handler = new RPCHandler(router as Router<AnyContractRouter, Context>)
  const server = createServer((_request, response) => response.writeHead(426).end())
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    maxPayload: largestMessage,
    // No program of ours sends an origin; only a page in a browser does.
    verifyClient: ({ origin }: { origin: string | undefined }) => origin === undefined,
  })
  sockets.on('connection', (socket) => {
    // A broken frame ends the connection, and 'close' then ends its calls; without a listener it would end the process.
    socket.on('error', () => socket.terminate())
    void handler.upgrade(socket, { context })
  })
  const guests = countConnections(server)
  if (process.platform !== 'win32') await rm(path, { force: true })
  await listenPrivately(server, path)
  const close = async (): Promise<void> => {
    // Nothing may come in between the last guest's leaving and this: Node removes the socket's file at once.
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    lock.announce(undefined)
    await closed
  }
  try {
    lock.announce(path)
  } catch (error) {
    server.close()
    throw error
  }
  return {
    path,
    close,
    async closeAfterGuests() {
      await guests.untilNone()
      await close()
    },
  }
}

/** Counts from the first byte on: a guest that is still shaking hands has found this server, and counts on it. */
function countConnections(server: Server): { untilNone(): Promise<void> } {
  const connections = new Set<Socket>()
  let look = (): void => {}
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => {
      connections.delete(socket)
      look()
    })
  })
  return {
    untilNone: () =>
      new Promise((resolve) => {
        look = () => {
          if (connections.size === 0) resolve()
        }
        look()
      }),
  }
}

async function listenPrivately(server: Server, path: string): Promise<void> {
  if (process.platform === 'win32') return listen(server, path)
  // bind(2) happens inside of listen(), so there is no moment with a wider mode.
  const before = process.umask(0o177)
  const listening = listen(server, path)
  process.umask(before)
  await listening
  await chmod(path, 0o600)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
}
