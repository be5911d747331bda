import http from 'node:http'
import type { Duplex } from 'node:stream'
import type { Link } from '../link.ts'

/** The agent of Node's HTTP client for one {@link Link}: every request gets a fresh stream to the daemon. */
export interface LinkAgent {
  readonly agent: http.Agent
  /** Ends the streams that are open, with this error. */
  destroy(error: Error): void
}

/**
 * `keepAlive` is off: an idle stream outlives a dead link and would hang the next request, and a new one costs about a
 * millisecond. A class because http.Agent is one.
 */
export function createLinkAgent(link: Link, signal?: AbortSignal): LinkAgent {
  const open = new Set<Duplex>()

  class Agent extends http.Agent {
    // docker-modem prints its options with everything in them on every request, which took up to a second.
    [Symbol.for('nodejs.util.inspect.custom')](): string {
      return 'LinkAgent'
    }

    override createConnection(_options: unknown, onCreate?: OnCreate): undefined {
      link.openDocker(signal === undefined ? {} : { signal }).then(
        (stream) => {
          open.add(stream)
          stream.once('close', () => open.delete(stream))
          onCreate?.(null, dressAsSocket(stream))
        },
        // Node's types demand a stream even where there is none.
        (error: Error) => onCreate?.(error, undefined as unknown as Duplex),
      )
      return undefined
    }
  }
  return {
    agent: new Agent({ keepAlive: false }),
    destroy: (error) => {
      for (const stream of open) stream.destroy(error)
    },
  }
}

type OnCreate = (error: Error | null, stream: Duplex) => void

/** The HTTP client calls these methods of a net.Socket on whatever it is given. */
function dressAsSocket(stream: Duplex): Duplex {
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    if (!(name in stream)) Object.defineProperty(stream, name, { value: () => stream })
  }
  return stream
}
