/** Where records begin and end in a part of a reply: offsets of bytes, each end behind the last of them. */
type OnEdge = (edge: 'begin' | 'end', at: number) => void

/**
 * Finds the records in a reply, part by part:
 *
 *     {"ok":true,"revision":7,"tenants":{"k3j9x2m4":{"id":"k3j9x2m4","allow":[…],…},…},"unrecorded":{}}
 *                                                   ^ begin                      ^ end
 *
 * They are the objects in a `tenants` of the reply, or of an object in it, as `state` is one. Only texts and brackets are
 * looked at: an object that is cut out of sound JSON is sound, and so is the rest with any other object in its place.
 * @param mostOutside values of all that is no record
 * @returns a function that takes the next part
 * @throws RangeError, from that function, for more values than any host has, or deeper ones: a key or a list of three bytes
 *   takes two hundred when it is parsed
 */
export function createRecordFinder(mostOutside: number): (part: Uint8Array, onEdge: OnEdge) => void {
  let isText = false
  let isEscaped = false
  let depth = 0
  /** The depth of what is in the table; 0 outside of one. */
  let inTable = 0
  let isInRecord = false
  const mostMembers = Math.min(mostInTables, mostOutside)
  /** Values of a record, of all that is none, and members of tables. */
  let [inRecord, outside, members] = [0, 0, 0]
  /** How much of the current text is the table's name; -1 where another letter came. */
  let named = -1
  /** Each value but the first of its list or object comes after a comma. */
  const count = (): void => {
    if (isInRecord) inRecord += 1
    else if (depth === inTable) members += 1
    else outside += 1
    if (inRecord > mostInRecord || outside > mostOutside || members > mostMembers || depth > mostDepth)
      throw new RangeError('it has too many parts')
  }
  return (part, onEdge) => {
    for (let at = 0; at < part.length; at += 1) {
      const byte = part[at]
      if (isText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isText = false
        if (isText) named = byte === table[named] ? named + 1 : -1
      } else if (byte === quote) {
        isText = true
        named = 0
      } else if (byte === brace || byte === bracket) {
        const isRecord = byte === brace && depth === inTable && inTable > 0
        if (isRecord) onEdge('begin', at)
        depth += 1
        if (isRecord) {
          isInRecord = true
          inRecord = 0
        }
        count()
        if (byte === brace && inTable === 0 && depth <= deepest && named === table.length) inTable = depth
        named = -1
      } else if (byte === closingBrace || byte === closingBracket) {
        depth -= 1
        if (depth === inTable && inTable > 0 && byte === closingBrace) {
          isInRecord = false
          onEdge('end', at + 1)
        }
        if (depth < inTable) inTable = 0
        named = -1
      } else if (byte === comma) {
        named = -1
        count()
      }
    }
  }
}

const table = Buffer.from('tenants')
/** Of what is in a table. */
const deepest = 3
/** Three for each address that is allowed, of which there are a thousand, and a few. */
const mostInRecord = 10_000
/** Of all tables together: the tenants, and what was closed of them. */
const mostInTables = 2 * 32_768
const mostDepth = 32
const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [brace, closingBrace, bracket, closingBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
