import ssh2, { type BaseAgent, type ParsedKey, type SigningRequestOptions } from 'ssh2'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { type EncryptedIdentity, readIdentityFile } from './identity-file.ts'
import type { Keyring } from './keyring.ts'
import type { ResolvedServer } from './resolve.ts'

/** One key to log in with. It signs only after the server has said that it would accept its public part. */
export interface Candidate {
  /** The file's path, or `agent: COMMENT`. */
  readonly label: string
  /** @returns undefined when the key cannot be had: it is passed over */
  load(): Promise<ParsedKey | undefined>
  sign(data: Buffer, hash: SigningRequestOptions['hash']): Promise<Buffer>
}

/**
 * The keys to try for a server. First the one the operator named. Then as OpenSSH does: what the agent holds of the
 * configured files, what else it holds (unless IdentitiesOnly), and the configured files themselves.
 * @throws ProblemError IDENTITY_UNREADABLE for the named key
 */
export async function findCandidates(
  server: ResolvedServer,
  keyring: Keyring,
): Promise<readonly Candidate[]> {
  const agent = server.agentSocket === undefined ? undefined : ssh2.createAgent(server.agentSocket)
  const held = agent === undefined ? [] : await listAgentKeys(agent)
  const paths = [server.namedIdentity, ...server.identityFiles].filter((path) => path !== undefined)
  const files = await Promise.all([...new Set(paths)].map(readIdentityFile))

  const fromAgent = (key: ParsedKey, label: string): Candidate => ({
    label,
    load: async () => key,
    sign: (data, hash) => signByAgent(agent, key, data, hash),
  })
  const configured: Candidate[] = []
  const fromFiles: Candidate[] = []
  const matched = new Set<ParsedKey>()
  for (const file of files) {
    const isNamed = file.path === server.namedIdentity
    const publicKey = file.kind === 'private' ? file.key : 'publicKey' in file ? file.publicKey : undefined
    const twin = publicKey && held.find((key) => key.getPublicSSH().equals(publicKey.getPublicSSH()))
    if (twin !== undefined) {
      matched.add(twin)
      configured.push(fromAgent(twin, file.path))
    } else if (file.kind === 'private') {
      // The named key comes before everything else, so that a full agent cannot use up the server's patience.
      const candidate = fromPrivateKey(file.key, file.path)
      if (isNamed) configured.unshift(candidate)
      else fromFiles.push(candidate)
    } else if (file.kind === 'encrypted') {
      const candidate = fromEncrypted(file, isNamed, keyring)
      if (isNamed) configured.unshift(candidate)
      else fromFiles.push(candidate)
    } else if (isNamed) {
      fail({
        code: 'IDENTITY_UNREADABLE',
        details: { identityFile: file.path, reason: describeUnusable(file) },
      })
    }
  }
  const others = server.identitiesOnly ? [] : held.filter((key) => !matched.has(key))
  return [
    ...configured,
    ...others.map((key) => fromAgent(key, `agent: ${key.comment || key.type}`)),
    ...fromFiles,
  ]
}

function describeUnusable(
  file: { kind: 'absent' | 'public' } | { kind: 'unusable'; reason: string },
): string {
  switch (file.kind) {
    case 'absent':
      return 'there is no such file'
    case 'public':
      return 'it is a public key, and the agent does not hold its private part'
    case 'unusable':
      return file.reason
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

/** An agent that does not answer is as good as none. */
function listAgentKeys(agent: BaseAgent): Promise<readonly ParsedKey[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), 3_000)
    agent.getIdentities((error, keys) => {
      clearTimeout(timer)
      const parsed = error ? [] : (keys ?? []).map((key) => ssh2.utils.parseKey(key as ParsedKey))
      resolve(parsed.filter((key): key is ParsedKey => !(key instanceof Error)))
    })
  })
}

function signByAgent(
  agent: BaseAgent | undefined,
  key: ParsedKey,
  data: Buffer,
  hash: SigningRequestOptions['hash'],
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    agent?.sign(key, data, hash === undefined ? {} : { hash }, (error, signature) => {
      if (signature === undefined) reject(error ?? new Error('the agent did not sign'))
      else resolve(signature)
    })
  })
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
