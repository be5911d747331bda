import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'

/** The content of a key file, as far as there is one and it can be used. */
export type IdentityFile =
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly reason: string }
  /** A public key alone: the agent may hold its private part. */
  | { readonly kind: 'public'; readonly path: string; readonly publicKey: ParsedKey }
  | { readonly kind: 'private'; readonly path: string; readonly key: ParsedKey }
  | EncryptedIdentity

/** `publicKey` is known for keys in OpenSSH's own format, or with a `.pub` file beside them. */
export interface EncryptedIdentity {
  readonly kind: 'encrypted'
  readonly path: string
  readonly publicKey: ParsedKey | undefined
  /** @returns undefined when the passphrase is wrong */
  unlock(passphrase: string): ParsedKey | undefined
}

const largestKeyFile = 64 * 1024

/** Reads a private key (OpenSSH's format, PEM, PKCS #8) or a public key. Nothing is thrown: see the kinds. */
export async function readIdentityFile(path: string): Promise<IdentityFile> {
  const unusable = (reason: string): IdentityFile => ({ kind: 'unusable', path, reason })
  let text: string
  try {
    const { size, mode, uid } = await stat(path)
    if (size > largestKeyFile) return unusable('it is too large for a key')
    text = await readFile(path, 'utf8')
    const isOwn = process.getuid === undefined || uid === process.getuid()
    // OpenSSH refuses such a private key as well; it has no such rule on Windows.
    if (process.platform !== 'win32' && isOwn && (mode & 0o077) !== 0 && text.includes('PRIVATE KEY')) {
      return unusable(`others can read it (mode ${(mode & 0o777).toString(8)}); run chmod 600 on it`)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      // The private part may be on a token or in an agent alone.
      const publicKey = await readPublicKey(`${path}.pub`)
      return publicKey === undefined ? { kind: 'absent', path } : { kind: 'public', path, publicKey }
    }
    return unusable(code === 'EACCES' ? 'this user may not read it' : `reading it failed (${code})`)
  }
  if (isEncrypted(text)) {
    const publicKey = parseEnvelopePublicKey(text) ?? (await readPublicKey(`${path}.pub`))
    return { kind: 'encrypted', path, publicKey, unlock: (passphrase) => parsePrivateKey(text, passphrase) }
  }
  const publicKey = parseKey(text)
  if (publicKey !== undefined && !publicKey.isPrivateKey()) return { kind: 'public', path, publicKey }
  const key = parsePrivateKey(text)
  return key === undefined ? unusable('it is not a key of a supported kind') : { kind: 'private', path, key }
}

/** ssh2 returns an error instead of throwing it, and sometimes throws. */
function parseKey(text: string | Buffer, passphrase?: string): ParsedKey | undefined {
  try {
    const parsed: unknown = ssh2.utils.parseKey(text, passphrase)
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed
    return key instanceof Error ? undefined : (key as ParsedKey)
  } catch {
    return undefined
  }
}

function parsePrivateKey(text: string, passphrase?: string): ParsedKey | undefined {
  const key = parseKey(toTraditionalPem(text, passphrase) ?? text, passphrase)
  return key?.isPrivateKey() === true ? key : undefined
}

async function readPublicKey(path: string): Promise<ParsedKey | undefined> {
  return parseKey(await readFile(path, 'utf8').catch(() => ''))
}

/** ssh2 knows no PKCS #8 ("BEGIN PRIVATE KEY"), so RSA and EC keys in it are written in their older forms. */
function toTraditionalPem(text: string, passphrase: string | undefined): string | undefined {
  if (!/-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(text)) return undefined
  try {
    const key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) })
    if (key.asymmetricKeyType === 'rsa') return String(key.export({ type: 'pkcs1', format: 'pem' }))
    if (key.asymmetricKeyType === 'ec') return String(key.export({ type: 'sec1', format: 'pem' }))
  } catch {
    return undefined
  }
  return undefined
}

function isEncrypted(text: string): boolean {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) return true
  const cipher = readEnvelope(text)?.[0]?.toString('latin1')
  return cipher !== undefined && cipher !== 'none'
}

function parseEnvelopePublicKey(text: string): ParsedKey | undefined {
  const blob = readEnvelope(text)?.[1]
  return blob === undefined ? undefined : parseKey(blob)
}

/**
 * The unencrypted head of OpenSSH's private key format (PROTOCOL.key): magic, cipher name, KDF name, KDF options, the
 * number of keys, the public key.
 * @returns the cipher's name and the public key blob
 */
function readEnvelope(text: string): readonly [Buffer, Buffer] | undefined {
  const [, body] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/.exec(text) ?? []
  if (body === undefined) return undefined
  const data = Buffer.from(body, 'base64')
  const magic = 'openssh-key-v1\0'
  if (data.toString('latin1', 0, magic.length) !== magic) return undefined
  let at = magic.length
  const next = (): Buffer => {
    const length = data.readUInt32BE(at)
    at += 4 + length
    return data.subarray(at - length, at)
  }
  try {
    const cipher = next()
    next()
    next()
    at += 4
    return [cipher, next()]
  } catch {
    return undefined
  }
}
