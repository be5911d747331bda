import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** A page says who it is at once; milliseconds. */
const patienceMs = 5_000
/** A page says who it is in 57 bytes; a frame around them has 6 more. */
const mostBytes = 256
/** As many pages of one person never wait at the same time; of more, the oldest are cut off. */
const mostWaiting = 32

/** Sockets that have not shown a session: any program of this computer can open them. */
export interface WaitingSockets {
  /**
   * Holds the socket to a few bytes and a few seconds, then cuts it off: a close would wait for the other side's.
   * @param stream the connection beneath, whose bytes are counted before a message of them is whole
   * @returns lets it in: no limit of these holds any more
   */
  enter(socket: WebSocket, stream: Duplex): () => void
}

export function createWaitingSockets(): WaitingSockets {
  const waiting = new Set<WebSocket>()
  return {
    enter(socket, stream) {
      const [oldest] = waiting
      if (oldest !== undefined && waiting.size >= mostWaiting) {
        waiting.delete(oldest)
        oldest.terminate()
      }
      let bytes = 0
      const count = (chunk: Buffer): void => {
        bytes += chunk.length
        if (bytes > mostBytes) socket.terminate()
      }
      const timer = setTimeout(() => socket.terminate(), patienceMs)
      const leave = (): void => {
        clearTimeout(timer)
        stream.off('data', count)
        waiting.delete(socket)
      }
      waiting.add(socket)
      stream.on('data', count)
      socket.once('close', leave)
      return leave
    },
  }
}
