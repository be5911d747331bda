import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { execa } from 'execa'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { SeenHostKey } from '../../../domain/host-key.ts'
import { type KnownHostKey, parseKnownHosts, renderKnownHostsName } from '../../../domain/known-hosts.ts'
import type { ResolvedServer } from './resolve.ts'

/** `SHA256:` and the unpadded base64 of the hash over the public key blob, as `ssh-keygen -l` prints it. */
export function renderFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** Reads the type out of a public key blob (RFC 4253 section 6.6: a length-prefixed name comes first). */
export function describeHostKey(key: Buffer): SeenHostKey {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0
  const keyType = length > 0 && length <= 64 ? key.toString('latin1', 4, 4 + length) : ''
  return {
    keyType: /^[\w@.-]+$/.test(keyType) ? keyType : 'unknown',
    fingerprint: renderFingerprint(key),
    key: key.toString('base64'),
  }
}

/**
 * The keys that the operator's known_hosts files hold for a server, looked up by `ssh-keygen` since names may be hashed.
 * Nothing is known where there is no file or no `ssh-keygen`.
 */
export async function observeKnownHosts(
  server: ResolvedServer,
  signal?: AbortSignal,
): Promise<readonly KnownHostKey[]> {
  const name = server.hostKeyAlias ?? renderKnownHostsName(server.hostname, server.port)
  const found = await Promise.all(server.knownHostsFiles.map((file) => findInFile(name, file, signal)))
  return found.flat()
}

async function findInFile(
  name: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<readonly KnownHostKey[]> {
  // Of the four files that OpenSSH looks at, most computers have one; a program for each takes 10 ms.
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return []
  const { stdout } = await execa('ssh-keygen', ['-F', name, '-f', file], {
    env: { LC_ALL: 'C' },
    stdin: 'ignore',
    timeout: 5_000,
    maxBuffer: 1024 * 1024,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  })
  return parseKnownHosts(stdout ?? '')
}

/** The signature algorithms that prove a key of this type; not those with SHA-1. */
export function algorithmsForKeyType(keyType: string): readonly ServerHostKeyAlgorithm[] {
  switch (keyType) {
    case 'ssh-ed25519':
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return [keyType]
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256']
    default:
      return []
  }
}
