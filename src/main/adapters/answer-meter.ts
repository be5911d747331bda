/** How much of an answer is read. */
export interface AnswerBounds {
  readonly bytes: number
  /** Of a JSON document. One of nothing but `{}` grows twenty times when it is parsed. */
  readonly values: number
}

/** No text, number or space of a document is longer: a record's longest has some thousand bytes. */
const longestPiece = 256 * 1024
/**
 * Below this a long document is harmless whatever is in it, and looking at each byte would cost as much as parsing. Of a
 * short one only the depth can do harm: each level takes fifty times its byte.
 */
const uncounted = 8 * 1024 * 1024
/** Brackets in texts count too, and are no harm: they come in pairs. */
const mostDepth = 1_000

/** Counts what arrives of one answer, before anybody gathers it. */
export interface AnswerMeter {
  /** @returns why this is no answer any more, as a clause; undefined while it is one */
  add(chunk: Uint8Array): string | undefined
}

export function createAnswerMeter({ bytes: mostBytes, values: mostValues }: AnswerBounds): AnswerMeter {
  let bytes = 0
  let values = 0
  /** Bytes since the last quote. */
  let piece = 0
  let depth = 0
  return {
    add(chunk) {
      bytes += chunk.length
      if (bytes > mostBytes) return `its answer is longer than ${renderSize(mostBytes)}`
      const isLong = bytes > uncounted
      if (!isLong && mostBytes > uncounted) return undefined
      // Each value but the first comes after a comma or an opening bracket; those in texts count too, which is no harm.
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0
        if (byte === comma || (byte & 0xdf) === opening) values += 1
        piece = byte === quote ? 0 : piece + 1
        if ((byte & 0xdf) === opening) depth += 1
        else if ((byte & 0xdf) === closing && depth > 0) depth -= 1
        if (depth > mostDepth) return `its answer is nested deeper than ${mostDepth} times`
        if (isLong && piece > longestPiece)
          return `one piece of its answer is longer than ${longestPiece / 1024} KiB`
      }
      return values > mostValues ? `its answer has more than ${mostValues} values` : undefined
    },
  }
}

const renderSize = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${bytes / 1024} KiB` : `${bytes / 1024 / 1024} MiB`

const quote = 0x22
const comma = 0x2c
/** `[`; `{` is the same with one more bit. */
const opening = 0x5b
/** `]`, and `}` in the same way. */
const closing = 0x5d
