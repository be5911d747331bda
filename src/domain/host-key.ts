import type { KnownHostKey } from './known-hosts.ts'

/** The host key that was accepted for an endpoint. The type may be missing: an operator gives only a fingerprint. */
export interface HostKeyPin {
  /** `SHA256:` and unpadded base64, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
  readonly keyType?: string
}

/** The host key a server showed. `key` is the base64 of its public key blob. */
export interface SeenHostKey {
  readonly keyType: string
  readonly fingerprint: string
  readonly key: string
}

export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly source: 'pinned' | 'known-hosts' }
  | { readonly kind: 'unknown' }
  /** `expected` is the fingerprint that should have been shown, or words when a key is revoked. */
  | { readonly kind: 'changed'; readonly expected: string }

/**
 * Judges a shown key. A pin decides alone. Without one known_hosts does, as in OpenSSH: another key of the same type is
 * a change, a type that was never seen there is unknown. Certificates are not supported, so their lines do not count.
 * @param accepted fingerprints that the operator has just accepted, whatever was known before; a revoked key stays refused
 */
export function judgeHostKey(
  seen: SeenHostKey,
  pin: HostKeyPin | undefined,
  known: readonly KnownHostKey[],
  renderFingerprint: (key: string) => string,
  accepted: readonly string[] = [],
): HostKeyVerdict {
  if (known.some((entry) => entry.marker === 'revoked' && entry.key === seen.key)) {
    return { kind: 'changed', expected: 'a key that is not marked as revoked in known_hosts' }
  }
  if (accepted.includes(seen.fingerprint)) return { kind: 'known', source: 'pinned' }
  if (pin !== undefined) {
    return pin.fingerprint === seen.fingerprint
      ? { kind: 'known', source: 'pinned' }
      : { kind: 'changed', expected: pin.fingerprint }
  }
  const plain = known.filter((entry) => entry.marker === undefined)
  if (plain.some((entry) => entry.key === seen.key)) return { kind: 'known', source: 'known-hosts' }
  const sameType = plain.find((entry) => entry.keyType === seen.keyType)
  return sameType === undefined
    ? { kind: 'unknown' }
    : { kind: 'changed', expected: renderFingerprint(sameType.key) }
}
