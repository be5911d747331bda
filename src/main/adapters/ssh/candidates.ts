import { setTimeout as pause } from 'node:timers/promises'
import ssh2, { type BaseAgent, type ParsedKey, type SigningRequestOptions } from 'ssh2'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import type { Agent, AgentKeys } from './agent.ts'
import { type EncryptedIdentity, type IdentityFile, readIdentityFile } from './identity-file.ts'
import type { Keyring } from './keyring.ts'
import type { ResolvedServer } from './resolve.ts'

/** One key to log in with. It signs only after the server has said that it would accept its public part. */
export interface Candidate {
  /** The file's path, or `agent: COMMENT`. */
  readonly label: string
  /** @returns undefined when the key cannot be had: it is passed over */
  load(): Promise<ParsedKey | undefined>
  /** @throws ProblemError AGENT_REFUSED, AGENT_SILENT, PASSPHRASE_NEEDED, PASSPHRASE_WRONG */
  sign(data: Buffer, hash: SigningRequestOptions['hash']): Promise<Buffer>
}

/** The keys to try for a server, one after the other: what is asked for a key is asked when its turn comes. */
export interface Candidates {
  /**
   * @returns undefined when there are no more
   * @throws ProblemError IDENTITY_UNREADABLE, AGENT_SILENT
   */
  next(): Promise<Candidate | undefined>
  /** Configured files that are there and cannot be used, with the reason; and what is wrong with the agent. */
  unusable(): readonly string[]
}

interface CandidateOptions {
  /** The panel's name of the host, for problems. */
  readonly host: string
  readonly server: ResolvedServer
  readonly keyring: Keyring
  readonly agent: Agent | undefined
  readonly agentFirstMs: number
}

/**
 * First the key that the operator named, where it is there without asking anybody. Then as OpenSSH does: what the agent
 * holds of the configured files, what else it holds (unless IdentitiesOnly), and the configured files themselves. Those
 * that ask nobody come before an agent that does not answer at once.
 * @throws ProblemError IDENTITY_UNREADABLE for the named key
 */
export async function findCandidates(options: CandidateOptions): Promise<Candidates> {
  const { server, agent } = options
  const paths = [server.namedIdentity, ...server.identityFiles].filter((path) => path !== undefined)
  const files = await Promise.all([...new Set(paths)].map(readIdentityFile))
  const named = files.find(({ path }) => path === server.namedIdentity)
  if (named?.kind === 'absent' || named?.kind === 'unusable') failUnusable(named)
  const rest = listCandidates(options, files, named)
  let seen: AgentKeys | undefined
  return {
    async next() {
      const { value, done } = await rest.next()
      if (done === true) seen = value
      return done === true ? undefined : value
    },
    unusable: () => [
      ...files.flatMap((file) => (file.kind === 'unusable' ? [`${file.path}: ${file.reason}`] : [])),
      ...(agent === undefined || seen === undefined ? [] : describeAgent(agent.path, seen)),
    ],
  }
}

/** @returns what the agent answered; undefined where it was not asked */
async function* listCandidates(
  { host, server, keyring, agent, agentFirstMs }: CandidateOptions,
  files: readonly IdentityFile[],
  named: IdentityFile | undefined,
): AsyncGenerator<Candidate, AgentKeys | undefined> {
  const tried = new Set<IdentityFile>()
  const take = (file: IdentityFile): Candidate[] => {
    if (tried.has(file)) return []
    if (file.kind === 'private') return [fromPrivateKey(file.key, file.path)]
    return file.kind === 'encrypted' ? [fromEncrypted(file, file === named, keyring)] : []
  }
  const takeAll = function* (some: readonly IdentityFile[]): Generator<Candidate> {
    for (const file of some) {
      yield* take(file)
      tried.add(file)
    }
  }
  // The named key comes before everything else, so that a full agent cannot use up the server's patience.
  if (named?.kind === 'private') yield* takeAll([named])
  if (agent === undefined) {
    requireHeld(named, undefined)
    yield* takeAll(files)
    return undefined
  }
  const early = await Promise.race([agent.list(), pause(agentFirstMs, undefined, { ref: false })])
  if (early === undefined) {
    yield* takeAll(files.filter((file) => file.kind === 'private'))
    if (named?.kind === 'encrypted') {
      // Its passphrase is missing, or the server does not take it: that is told, and asks less than the agent does.
      yield* takeAll([named])
      return undefined
    }
  }
  const seen = early ?? (await agent.list())
  const held = seen.kind === 'keys' ? seen.keys : []
  const fromAgent = (key: ParsedKey, label: string): Candidate => ({
    label,
    load: async () => key,
    sign: async (data, hash) =>
      (await agent.sign(key, label, data, hash)) ??
      fail({ code: 'AGENT_REFUSED', details: { host, agent: agent.path, key: label } }),
  })
  const twinOf = (file: IdentityFile): ParsedKey | undefined => findTwin(file, held)
  if (named !== undefined && twinOf(named) === undefined) {
    requireHeld(named, seen)
    yield* takeAll([named])
  }
  const twins = new Set<ParsedKey>()
  for (const file of files) {
    const twin = twinOf(file)
    if (twin === undefined) continue
    twins.add(twin)
    if (tried.has(file)) continue
    tried.add(file)
    yield fromAgent(twin, file.path)
  }
  const others = server.identitiesOnly ? [] : held.filter((key) => !twins.has(key))
  for (const key of others) yield fromAgent(key, `agent: ${key.comment || key.type}`)
  yield* takeAll(files)
  return seen
}

function findTwin(file: IdentityFile, held: readonly ParsedKey[]): ParsedKey | undefined {
  const publicKey = file.kind === 'private' ? file.key : 'publicKey' in file ? file.publicKey : undefined
  return publicKey && held.find((key) => key.getPublicSSH().equals(publicKey.getPublicSSH()))
}

/** @throws ProblemError IDENTITY_UNREADABLE for a public key, whose private part only an agent could have */
function requireHeld(named: IdentityFile | undefined, seen: AgentKeys | undefined): void {
  if (named?.kind !== 'public') return
  const answer = seen === undefined ? 'there is no agent' : describeLack(seen)
  const reason = `it is a public key, and the agent does not hold its private part (${answer})`
  fail({ code: 'IDENTITY_UNREADABLE', details: { identityFile: named.path, reason } })
}

function failUnusable(file: Extract<IdentityFile, { kind: 'absent' | 'unusable' }>): never {
  const reason = file.kind === 'absent' ? 'there is no such file' : file.reason
  return fail({ code: 'IDENTITY_UNREADABLE', details: { identityFile: file.path, reason } })
}

/** What is odd about an agent where no key logged in. */
function describeAgent(path: string, seen: AgentKeys): string[] {
  if (seen.kind === 'keys' && seen.keys.length > 0) return []
  return [`the agent at ${path}: ${describeLack(seen)}`]
}

function describeLack(seen: AgentKeys): string {
  switch (seen.kind) {
    case 'keys':
      return seen.keys.length > 0 ? 'it has other keys' : 'it shows no keys, as a locked one does'
    case 'absent':
      return 'nothing listens there'
    case 'failed':
      return 'it did not list its keys'
  }
}

const fromPrivateKey = (key: ParsedKey, label: string): Candidate => ({
  label,
  load: async () => key,
  sign: async (data, hash) => key.sign(data, hash),
})

/** Asks for the passphrase as late as possible: not before the server accepts the key, where its public part is known. */
function fromEncrypted(file: EncryptedIdentity, isNamed: boolean, keyring: Keyring): Candidate {
  const needed = (): never => fail({ code: 'PASSPHRASE_NEEDED', details: { identityFile: file.path } })
  return {
    label: file.path,
    load: async () => file.publicKey ?? (await keyring.unlock(file)) ?? (isNamed ? needed() : undefined),
    sign: async (data, hash) => ((await keyring.unlock(file)) ?? needed()).sign(data, hash),
  }
}

/**
 * Presents one candidate to ssh2 as an agent with one key: the only way to sign later than the key is offered. What
 * signing throws goes to `onProblem`, since ssh2 drops it.
 */
export function presentAsAgent(
  candidate: Candidate,
  publicKey: ParsedKey,
  onProblem: (problem: ProblemError) => void,
): BaseAgent {
  class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(done: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      done(null, [publicKey])
    }
    override sign(
      _key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignDone,
      done?: SignDone,
    ): void {
      const finish = typeof options === 'function' ? options : done
      candidate.sign(data, typeof options === 'function' ? undefined : options.hash).then(
        (signature) => finish?.(null, signature),
        (error: unknown) => {
          if (error instanceof ProblemError) onProblem(error)
          finish?.(error instanceof Error ? error : new Error('signing failed'))
        },
      )
    }
  }
  return new OneKeyAgent()
}

type SignDone = (error?: Error | null, signature?: Buffer) => void
