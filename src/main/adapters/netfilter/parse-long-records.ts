import { mapInPieces } from '../../in-pieces.ts'
import { mostTenants } from './held-record.ts'

/**
 * The same value as `JSON.parse`, of a long reply to `records`: one call of it for megabytes would hold up everything else
 * of this process, so each tenant of `{"ok":true,"tenants":{"id":{…},…},…}` is parsed by itself. What is between them is
 * looked at here, and each part by `JSON.parse`, so what is no JSON is no reply.
 * @returns undefined for no JSON, and for more tenants than there are ports
 */
export async function parseLongRecords(text: string): Promise<unknown> {
  try {
    const found = findMember(text, 'tenants')
    if (found === undefined) return undefined
    let count = 0
    const entries = await mapInPieces(splitObject(text, found.from), ({ key, from, to }) => {
      count += 1
      if (count > mostTenants) throw new SyntaxError('more tenants than ports')
      return [key, JSON.parse(text.slice(from, to)) as unknown] as const
    })
    const around = JSON.parse(`${text.slice(0, found.from)}{}${text.slice(found.to)}`) as object
    return { ...around, tenants: Object.fromEntries(entries) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A member of an object, and where its value is in the text. */
interface Member {
  readonly key: string
  readonly from: number
  readonly to: number
}

function findMember(text: string, key: string): Member | undefined {
  for (const member of splitObject(text, skipSpace(text, 0))) {
    if (member.key === key && text.charCodeAt(member.from) === brace) return member
  }
  return undefined
}

/**
 * Goes through an object that begins at `start`.
 * @throws SyntaxError where no member or end is that has to be there
 */
function* splitObject(text: string, start: number): Generator<Member> {
  if (text.charCodeAt(start) !== brace) throw new SyntaxError('no object')
  let at = skipSpace(text, start + 1)
  if (text.charCodeAt(at) === closingBrace) return
  for (;;) {
    const keyEnd = skipString(text, at)
    const key = JSON.parse(text.slice(at, keyEnd)) as string
    const colonAt = skipSpace(text, keyEnd)
    if (text.charCodeAt(colonAt) !== colon) throw new SyntaxError('no colon')
    const from = skipSpace(text, colonAt + 1)
    const to = skipValue(text, from)
    yield { key, from, to }
    at = skipSpace(text, to)
    if (text.charCodeAt(at) === closingBrace) return
    if (text.charCodeAt(at) !== comma) throw new SyntaxError('no comma')
    at = skipSpace(text, at + 1)
  }
}

/** @returns the place behind a value, which need not be a sound one */
function skipValue(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) at = skipString(text, at) - 1
    else if (code === brace || code === bracket) depth += 1
    else if (code === closingBrace || code === closingBracket) depth -= 1
    else if (code !== comma) continue
    // A number ends before what comes next, everything else with its last character.
    if (depth < 0 || (depth === 0 && code === comma)) return at
    if (depth === 0) return at + 1
  }
  throw new SyntaxError('no end')
}

function skipString(text: string, from: number): number {
  if (text.charCodeAt(from) !== quote) throw new SyntaxError('no text')
  for (let at = from + 1; ; at += 1) {
    at = text.indexOf('"', at)
    if (at === -1) throw new SyntaxError('no end of a text')
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1
    if (slashes % 2 === 0) return at + 1
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (spaces.has(text.charCodeAt(at))) at += 1
  return at
}

/** Those of JSON. */
const spaces: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c]
const [brace, closingBrace, bracket, closingBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
