import { createCipheriv, createDecipheriv, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/*
 * Text under a passphrase: scrypt makes a key of it, AES-256-GCM encrypts. The numbers of scrypt are those that OWASP's
 * "Password Storage" sheet recommends first; one try takes half a second and 128 MB.
 */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 }
const saltBytes = 16
/** The length that NIST SP 800-38D recommends for GCM; every text gets a fresh vector. */
const ivBytes = 12

const bytes = (least: number, most = least) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine(({ length }) => length >= least && length <= most)

/** How a sealed text stands in a file: everything in base64. */
export const sealedBoxSchema = z.object({
  salt: bytes(saltBytes),
  /** Tells a wrong passphrase from a damaged text. It comes out of scrypt beside the key and says nothing about it. */
  check: bytes(32),
  iv: bytes(ivBytes),
  tag: bytes(16),
  data: bytes(0, 2 ** 20),
})

export type SealedBox = z.output<typeof sealedBoxSchema>

/** A key made from a passphrase, with its salt and the bytes that show whether a passphrase is right. */
export interface BoxKey {
  readonly salt: Buffer
  readonly check: Buffer
  readonly key: Buffer
}

/** A key for a new box. */
export function makeBoxKey(passphrase: string): Promise<BoxKey> {
  return deriveKey(passphrase, randomBytes(saltBytes))
}

export function sealBox({ salt, check, key }: BoxKey, text: string): Record<keyof SealedBox, string> {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.concat([salt, check]))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const parts = { salt, check, iv, tag: cipher.getAuthTag(), data }
  const encoded = Object.entries(parts).map(([name, part]) => [name, part.toString('base64')])
  return Object.fromEntries(encoded) as Record<keyof SealedBox, string>
}

export type OpenedBox =
  | { readonly kind: 'opened'; readonly key: BoxKey; readonly text: string }
  | { readonly kind: 'wrong-passphrase' }
  /** The passphrase fits, and still the text is not what was sealed. */
  | { readonly kind: 'damaged' }

export async function openBox(
  { salt, check, iv, tag, data }: SealedBox,
  passphrase: string,
): Promise<OpenedBox> {
  const key = await deriveKey(passphrase, salt)
  if (!timingSafeEqual(key.check, check)) return { kind: 'wrong-passphrase' }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.key, iv, { authTagLength: 16 })
    decipher.setAAD(Buffer.concat([salt, check])).setAuthTag(tag)
    const text = Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8')
    return { kind: 'opened', key, text }
  } catch {
    return { kind: 'damaged' }
  }
}

/** The same letters typed on another system may come as other code points: NFC makes them the same. */
function deriveKey(passphrase: string, salt: Buffer): Promise<BoxKey> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 64, cost, (error, derived) => {
      if (error) reject(error)
      else resolve({ salt, key: derived.subarray(0, 32), check: derived.subarray(32) })
    })
  })
}
