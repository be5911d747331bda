// Loaded beforehand: short time limits of a test leave no room for it.
import '../../../../src/main/adapters/ssh/connection.ts'
import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { ProblemCode } from '../../../../src/contract/problem.ts'
import { ProblemError } from '../../../../src/domain/problem-error.ts'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { openSshLink, type SshLinkOptions } from '../../../../src/main/adapters/ssh/ssh-link.ts'
import { type TimeLimits, usualTimeLimits } from '../../../../src/main/adapters/time-limits.ts'
import { makeKey, readPublicKey } from '../../../hosts/keys.ts'
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts'

/** Why these tests can't run here, or null. */
export const sshdSkipReason = (): string | null =>
  process.platform !== 'linux' ? 'needs Linux' : existsSync('/usr/sbin/sshd') ? null : 'needs openssh-server'

/** A folder with keys and an SSH configuration of its own, its servers and links; all of it ends with `close`. */
export interface Bench {
  readonly folder: string
  readonly identity: string
  readonly authorizedKeys: string
  /** The `ssh -F` file; it names no key, no agent and an own known_hosts. */
  readonly configFile: string
  readonly knownHosts: string
  file(name: string, text: string): string
  sshd(options?: Partial<SshdOptions>): Promise<Sshd>
  /** A link to a server whose key is pinned, with the bench's identity; all of it can be changed. */
  link(server: Pick<Sshd, 'port' | 'endpoint' | 'fingerprints'>, changes?: Partial<SshLinkOptions>): Link
  close(): Promise<void>
}

export const silent = pino({ level: 'silent' })

/** On a machine with other work an sshd may take many seconds to its first word. */
const patient: TimeLimits = { ...usualTimeLimits, callMs: 40_000, keyExchangeMs: 40_000 }

export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(os.tmpdir(), 'memharbor-test-'))
  const ends: (() => Promise<void>)[] = []
  const identity = await makeKey(join(folder, 'id'))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const knownHosts = file('known_hosts', '')
  const configFile = file(
    'config',
    `Host *\n  IdentityAgent none\n  IdentityFile none\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile /dev/null\n`,
  )
  const authorizedKeys = `${readPublicKey(identity)}\n`
  return {
    folder,
    identity,
    authorizedKeys,
    configFile,
    knownHosts,
    file,
    async sshd(options = {}) {
      const server = await startSshd({ folder, authorizedKeys, ...options })
      ends.push(server.stop)
      return server
    },
    link(server, changes = {}) {
      const link = openSshLink({
        host: 'web',
        target: { address: '127.0.0.1', port: server.port, identityFile: identity },
        pinned: new Map([[server.endpoint, { fingerprint: server.fingerprints.ed25519 }]]),
        readPassphrase: async () => undefined,
        configFile,
        timeLimits: patient,
        log: silent,
        ...changes,
      })
      ends.push(link.close)
      return link
    },
    async close() {
      for (const end of ends.splice(0).reverse()) await end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The problem that a call ends with; it fails the test when it succeeds or throws something else. */
export async function problemOf(call: Promise<unknown>): Promise<{ code: ProblemCode; details: object }> {
  try {
    await call
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('it succeeded')
}
