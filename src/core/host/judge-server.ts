/** The server that a host of the store is, as far as it is known. */
export interface KnownServer {
  readonly id: string
  readonly name: string
  /** ISO 8601, UTC */
  readonly createdAt: string
  /** The id of the registry that counts as this host's; null before this panel has read one. */
  readonly registryId: string | null
  /** The id of another one that was seen there since, or of one that another host had by then; null: none. */
  readonly seenRegistryId: string | null
  /** The kernel's id of its last start, when the host was last looked at; null: not seen. */
  readonly bootId: string | null
}

/**
 * Why a host is not taken for the server that it was. `replaced`: its registry is another one than before. `twin`: the
 * registry is one of another host of the store, `other`; `isSame` says whether that is the very same server: false is a
 * copy, null is not known.
 */
export type ServerDoubt =
  | { readonly kind: 'replaced' }
  | { readonly kind: 'twin'; readonly other: string; readonly isSame: boolean | null }

/**
 * Of two hosts with one registry the doubt is about the second: the one that had another registry before, or named this one
 * when it was the other's already; else the one that was added later.
 * @param all the hosts of the store, with or without this one
 */
export function judgeServer(host: KnownServer, all: readonly KnownServer[]): ServerDoubt | null {
  const current = currentId(host)
  if (current === null) return null
  const first = all.find((other) => currentId(other) === current && isBefore(other, host))
  if (first === undefined) return isOwn(host) ? null : { kind: 'replaced' }
  const isKnown = host.bootId !== null && first.bootId !== null
  return { kind: 'twin', other: first.name, isSame: isKnown ? host.bootId === first.bootId : null }
}

const currentId = ({ seenRegistryId, registryId }: KnownServer): string | null => seenRegistryId ?? registryId

const isOwn = ({ seenRegistryId, registryId }: KnownServer): boolean =>
  seenRegistryId === null || registryId === null || seenRegistryId === registryId

const holdsOwn = (host: KnownServer): boolean => host.registryId !== null && isOwn(host)

function isBefore(other: KnownServer, host: KnownServer): boolean {
  if (other.id === host.id) return false
  if (holdsOwn(other) !== holdsOwn(host)) return holdsOwn(other)
  if (other.createdAt !== host.createdAt) return other.createdAt < host.createdAt
  return other.id < host.id
}
