import { createRecordFinder } from './find-records.ts'
import { type HeldRecord, mostTenants, parseHeldRecord } from './held-record.ts'
import type { AnswerReader } from './line-channel.ts'

/** A reply whose records are parsed and whose rest nobody has looked at, or why it is none. */
export type ReadReply =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'none'; readonly error: unknown; readonly because?: string }

/**
 * In bytes. The request that makes a record has at most 1 MiB, and three times as many are in a reply where all of its
 * letters are written as `\u0416`.
 */
const longestRecord = 4 * 1_048_576

/** All but the records, in bytes: 32,768 places of theirs are 1 MB, as many ports as there are, that rest, 6 MB. */
const longestRest = 8 * 1_048_576

/** How much a host can have. */
export interface Bounds {
  readonly tenants: number
  /** Allowed addresses of all tenants together. */
  readonly entries: number
  /** Of all notes, tags and labels as they are held: two for each letter of a text that has one beyond Latin. */
  readonly textBytes: number
}

/** A panel writes at most half as many bytes of UTF-8. */
const usualBounds: Bounds = { tenants: mostTenants, entries: 250_000, textBytes: 25_000_000 }

/** Telling why a record cannot be read takes many times its bytes. */
const mostUnread = 2_000

/**
 * Reads a reply as it arrives: each record is parsed when its last byte is here, and nothing else is held of it. The rest
 * is parsed at the end, with the number of a record in its place: `"tenants":{"k3j9x2m4":{"":0},…}`. Both is done by
 * `JSON.parse`, so what is no JSON is no reply. Nothing is held of a reply from the byte on that makes it none.
 *
 * Parsers of streams, which look at each letter of each text, took up to ten times as long for 10,000 records.
 * @param mostValues of all but the records
 */
export function createReplyReader(mostValues: number, most = usualBounds): AnswerReader<ReadReply> {
  const find = createRecordFinder(mostValues)
  const records: HeldRecord[] = []
  let entries = 0
  let textBytes = 0
  let unread = 0
  let rest = ''
  /** The bytes of a record that has begun. */
  let record: string | undefined
  let failed: ReadReply | undefined

  const take = (bytes: string): void => {
    if (record === undefined) rest += bytes
    else record += bytes
    if (rest.length > longestRest) throw new RangeError('it is too long')
    if (record !== undefined && record.length > longestRecord) throw new RangeError('a record is too long')
  }
  const endRecord = (): void => {
    const held = parseHeldRecord(parseBytes(record ?? ''))
    record = undefined
    rest += `{"":${records.length}}`
    records.push(held)
    entries += held.allow.length
    textBytes += countTextBytes(held)
    if (held.unread !== undefined) unread += 1
    if (unread > mostUnread)
      throw new RangeError(`it has more than ${mostUnread} records that cannot be read`)
    if (records.length > most.tenants) throw new RangeError(`it has more than ${most.tenants} tenants`)
    if (entries > most.entries) throw new RangeError(`it has more than ${most.entries} allowed addresses`)
    if (textBytes > most.textBytes)
      throw new RangeError(`it has more than ${most.textBytes / 1e6} MB of notes, tags and labels`)
  }
  const fail = (error: unknown): ReadReply => {
    records.length = 0
    rest = ''
    record = undefined
    return { kind: 'none', error, ...(error instanceof RangeError ? { because: error.message } : {}) }
  }

  return {
    add(chunk) {
      if (failed !== undefined) return false
      try {
        let from = 0
        find(chunk, (edge, at) => {
          take(chunk.toString('latin1', from, at))
          from = at
          if ((edge === 'end') === (record === undefined)) throw new SyntaxError('brackets that do not match')
          if (edge === 'end') endRecord()
          else record = ''
        })
        take(chunk.toString('latin1', from))
      } catch (error) {
        failed = fail(error)
      }
      return failed === undefined
    },
    end() {
      if (failed !== undefined) return failed
      try {
        return { kind: 'value', value: putBack(parseBytes(rest), records, most) }
      } catch (error) {
        return fail(error)
      }
    },
  }
}

const countTextBytes = ({ notes, tags, allow }: HeldRecord): number => {
  let bytes = 0
  for (const text of [notes, ...tags, ...allow.map(({ label }) => label)])
    bytes += beyondLatin.test(text) ? 2 * text.length : text.length
  return bytes
}

const beyondLatin = /[\u0100-\uffff]/

/** A text of bytes: parts of a reply may end in the middle of a letter. One without such is the text itself, without copies. */
const parseBytes = (bytes: string): unknown =>
  JSON.parse(beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes)

const beyondAscii = /[\x80-\xff]/

/**
 * Puts the records where their numbers are: the reply to `records` has them itself, that to `observe` in its state. Beside
 * them both have lists by tenant, `"unrecorded":{"damaged":false,"tenants":{"k3j9x2m4":["203.0.113.7/32"]}}`.
 */
function putBack(reply: unknown, records: readonly HeldRecord[], most: Bounds): unknown {
  if (!isTable(reply)) return reply
  for (const [key, value] of Object.entries(reply)) fillTable(value, key === 'state', records, most)
  fillTable(reply, true, records, most)
  return reply
}

/**
 * Where it is: a copy of what a host said would be held beside it.
 * @param ofRecords whether all in its table shall be records, so that what is none counts as one that cannot be read
 */
function fillTable(value: unknown, ofRecords: boolean, records: readonly HeldRecord[], most: Bounds): void {
  if (!isTable(value) || !isTable(value['tenants'])) return
  const table = value['tenants']
  const ids = Object.keys(table)
  if (ids.length > most.tenants) throw new RangeError(`it has more than ${most.tenants} tenants`)
  for (const id of ids) {
    const given = table[id]
    const found = isTable(given) ? records[Number(given[''])] : undefined
    if (found === undefined && !ofRecords) continue
    const held = found ?? parseHeldRecord(given)
    // A record that does not even say whose it is stands under its tenant's id.
    table[id] = held.id === '' ? { ...held, id } : held
  }
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
