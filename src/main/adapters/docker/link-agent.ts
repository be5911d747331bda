import http from 'node:http'
import type { Duplex } from 'node:stream'
import { type AnswerBounds, type AnswerMeter, createAnswerMeter } from '../answer-meter.ts'
import type { Link } from '../link.ts'
import { UnusableAnswer } from './unusable-answer.ts'

/** The agent of Node's HTTP client for one {@link Link}: every request gets a fresh stream to the daemon. */
export interface LinkAgent {
  readonly agent: http.Agent
  /** Ends the streams that are open, with this error. */
  destroy(error: Error): void
  /** Why an answer was ended here; its reader may see no more than that it broke off. */
  refusal(): UnusableAnswer | undefined
}

export interface LinkAgentOptions {
  readonly signal?: AbortSignal
  /** A stream that brings more ends with {@link UnusableAnswer}. No limit unless given: for streams that go on. */
  readonly bounds?: AnswerBounds
}

/**
 * `keepAlive` is off: an idle stream outlives a dead link and would hang the next request, and a new one costs about a
 * millisecond. A class because http.Agent is one.
 */
export function createLinkAgent(link: Link, { signal, bounds }: LinkAgentOptions = {}): LinkAgent {
  const open = new Set<Duplex>()
  let refused: UnusableAnswer | undefined
  const refuse = (stream: Duplex, reason: string): void => {
    refused = new UnusableAnswer(reason)
    stream.destroy(refused)
  }

  class Agent extends http.Agent {
    // docker-modem prints its options with everything in them on every request, which took up to a second.
    [Symbol.for('nodejs.util.inspect.custom')](): string {
      return 'LinkAgent'
    }

    override createConnection(_options: unknown, onCreate?: OnCreate): undefined {
      link.openDocker(signal === undefined ? {} : { signal }).then(
        (stream) => {
          // The HTTP client would wait for ever for one that broke before it was handed over.
          if (stream.destroyed) return onCreate?.(stream.errored ?? new Error('it ended at once'), stream)
          open.add(stream)
          stream.once('close', () => open.delete(stream))
          onCreate?.(null, dressAsSocket(bounds === undefined ? stream : limitAnswer(stream, bounds, refuse)))
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
    refusal: () => refused,
  }
}

/**
 * The same stream, which ends with an error when it brings more than an answer. A listener for its data would set it
 * flowing before the HTTP client reads it, so what comes in is counted where it comes in.
 */
function limitAnswer(
  stream: Duplex,
  bounds: AnswerBounds,
  refuse: (stream: Duplex, reason: string) => void,
): Duplex {
  let meter: AnswerMeter | undefined
  const push = stream.push.bind(stream)
  stream.push = (chunk: Buffer | null, encoding) => {
    if (chunk === null) return push(chunk, encoding)
    // A failure is a sentence, and docker-modem parses all of it, whatever the call wants to read.
    meter ??= createAnswerMeter(isDone(chunk) ? bounds : longestFailure)
    const reason = meter.add(chunk)
    if (reason === undefined) return push(chunk, encoding)
    refuse(stream, reason)
    return false
  }
  return stream
}

const longestFailure: AnswerBounds = { bytes: 1024 * 1024, values: 1_000 }

/** Sample: `HTTP/1.1 200 OK` */
const isDone = (head: Buffer): boolean => /^HTTP\/1\.[01] 2/.test(head.toString('latin1', 0, 10))

type OnCreate = (error: Error | null, stream: Duplex) => void

/** The HTTP client calls these methods of a net.Socket on whatever it is given. */
function dressAsSocket(stream: Duplex): Duplex {
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    if (!(name in stream)) Object.defineProperty(stream, name, { value: () => stream })
  }
  return stream
}
