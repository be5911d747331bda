import type { Duplex } from 'node:stream'
import ssh2, { type BaseAgent, type ParsedKey, type SigningRequestOptions } from 'ssh2'
import type { AgentWaits } from './agent-waits.ts'

/** The keys of an agent. A locked agent shows none, as one without keys does. */
export type AgentKeys =
  | { readonly kind: 'keys'; readonly keys: readonly ParsedKey[] }
  /** Nothing takes a connection there. */
  | { readonly kind: 'absent' }
  /** It took the question and did not answer it: it refused, or closed the connection. */
  | { readonly kind: 'failed' }

/** An SSH agent of the operator's, for one login. People may sit behind it, so it is waited for as long as the server waits. */
export interface Agent {
  readonly path: string
  /** The same list each time: it is asked once. @throws ProblemError AGENT_SILENT */
  list(): Promise<AgentKeys>
  /**
   * @param label the key, for people
   * @returns undefined when the agent does not sign, as after a person refused
   * @throws ProblemError AGENT_SILENT
   */
  sign(
    key: ParsedKey,
    label: string,
    data: Buffer,
    hash: SigningRequestOptions['hash'],
  ): Promise<Buffer | undefined>
  /** Leaves the agent, also where it has not answered: an open question would keep this program from ending. */
  close(): void
}

/** @param path of its socket; on Windows of its pipe, or `pageant` */
export function openAgent(path: string, waits: AgentWaits): Agent {
  const agent = ssh2.createAgent(path)
  const close = holdStreams(agent)
  let listing: Promise<AgentKeys> | undefined
  return {
    path,
    list: () => (listing ??= waits.during({ agent: path, asked: 'to list its keys' }, () => list(agent))),
    sign: (key, label, data, hash) =>
      waits.during({ agent: path, asked: `to sign with ${label}` }, () => sign(agent, key, data, hash)),
    close,
  }
}

/**
 * ssh2 opens a connection for each question and keeps it until the answer.
 * @returns closes all that are open, and that open later
 */
function holdStreams(agent: BaseAgent): () => void {
  const streams = new Set<Duplex>()
  let isClosed = false
  const open = agent.getStream?.bind(agent)
  if (open !== undefined) {
    agent.getStream = (done) =>
      open((error, stream) => {
        if (stream !== undefined) {
          streams.add(stream)
          stream.once('close', () => streams.delete(stream))
          if (isClosed) stream.destroy()
        }
        done(error, stream)
      })
  }
  return () => {
    isClosed = true
    for (const stream of streams) stream.destroy()
  }
}

/** The words of ssh2's own error for a socket that nobody listens on. */
const notThere = 'Failed to connect to agent'

function list(agent: BaseAgent): Promise<AgentKeys> {
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      if (error) return resolve({ kind: error.message === notThere ? 'absent' : 'failed' })
      const parsed = (keys ?? []).map((key) => ssh2.utils.parseKey(key as ParsedKey))
      resolve({ kind: 'keys', keys: parsed.filter((key): key is ParsedKey => !(key instanceof Error)) })
    })
  })
}

function sign(
  agent: BaseAgent,
  key: ParsedKey,
  data: Buffer,
  hash: SigningRequestOptions['hash'],
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    agent.sign(key, data, hash === undefined ? {} : { hash }, (_error, signature) => resolve(signature))
  })
}
