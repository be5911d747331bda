/**
 * The text of the search field, parsed. Filters live nowhere else, also those chosen from a menu, so everybody sees
 * what hides a row: `shop state:failed health:full host:berlin tag:"black friday"`.
 */
export interface TenantQuery {
  /** All of them must be found. In lower case. */
  readonly words: readonly string[]
  /** Of each kind any one is enough; an empty list lets all through. In lower case. */
  readonly tokens: Readonly<Record<TokenKind, readonly string[]>>
}

export type TokenKind = 'state' | 'health' | 'host' | 'tag'

/** `state:failed`, `tag:"two words"`, `word`, `"two words"` */
const piece = /(?:(state|health|host|tag):)?(?:"([^"]*)"?|(\S+))/giu

interface Piece {
  readonly kind: TokenKind | undefined
  /** In lower case. */
  readonly value: string
  readonly from: number
  readonly to: number
}

function split(text: string): Piece[] {
  return [...text.matchAll(piece)].map(({ 0: whole, 1: kind, 2: quoted, 3: plain, index }) => ({
    kind: kind?.toLowerCase() as TokenKind | undefined,
    value: (quoted ?? plain ?? '').normalize('NFC').toLowerCase(),
    from: index,
    to: index + whole.length,
  }))
}

/** Any text has a meaning; a token without a value, as while it is typed, means nothing yet. */
export function parseQuery(text: string): TenantQuery {
  const pieces = split(text).filter(({ value }) => value !== '')
  const of = (kind: TokenKind | undefined) =>
    pieces.filter((each) => each.kind === kind && !isBareToken(each)).map(({ value }) => value)
  return {
    words: of(undefined),
    tokens: { state: of('state'), health: of('health'), host: of('host'), tag: of('tag') },
  }
}

/** `state:` alone is a plain word to the pattern above. */
function isBareToken({ kind, value }: Piece): boolean {
  return kind === undefined && /^(?:state|health|host|tag):$/.test(value)
}

/** The text with that token taken in, or taken out where it is there already. */
export function toggleToken(text: string, kind: TokenKind, value: string): string {
  const wanted = value.normalize('NFC').toLowerCase()
  const there = split(text).filter((each) => each.kind === kind && each.value === wanted)
  if (there.length === 0) {
    const token = `${kind}:${/\s/.test(value) ? `"${value}"` : value}`
    return `${text.trimEnd()} ${token}`.trimStart()
  }
  return there
    .reduceRight((left, { from, to }) => `${left.slice(0, from)}${left.slice(to)}`, text)
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * The search that a place asks for: `host:web1` for the place's `host=web1`; undefined when it asks for none.
 * @param search the part of the place behind its question mark
 */
export function readLinkedQuery(search: string): string | undefined {
  const host = new URLSearchParams(search).get('host')
  return host === null || host === '' ? undefined : toggleToken('', 'host', host)
}

/** The text without any token of that kind. */
export function withoutTokens(text: string, kind: TokenKind): string {
  return split(text)
    .filter((each) => each.kind === kind)
    .reduceRight((left, { from, to }) => `${left.slice(0, from)}${left.slice(to)}`, text)
    .replace(/\s+/g, ' ')
    .trim()
}
