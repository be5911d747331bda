/** The text that a login prints by itself before the program that was asked for says anything. */
export interface Preamble {
  /**
   * Takes the next bytes of the conversation.
   * @returns those from the first answer on, none while it has not begun; null: more than 64 KiB or 100 lines came before
   */
  skip(chunk: Buffer): Buffer | null
  /** The first line of it that is not empty; undefined where there is none, and once the first answer has begun. */
  firstLine(): string | undefined
}

const mostBytes = 64 * 1024
const mostLines = 100
const newline = 0x0a
const brace = 0x7b

/** How each reply of a helper begins: text without an end of line, as a title for the window, stands before it in its line. */
const beginning = '{"ok":'

/** Drops what comes before the first line that begins like a JSON object. Later lines are none of its business. */
export function createPreamble(): Preamble {
  let hasBegun = false
  let pending: Buffer = Buffer.alloc(0)
  let bytes = 0
  let lines = 0
  let first: string | undefined

  const begin = (rest: Buffer): Buffer => {
    hasBegun = true
    pending = Buffer.alloc(0)
    return rest
  }
  const keep = (line: Buffer): void => {
    first ??= line.toString('utf8').trim() || undefined
  }
  return {
    skip(chunk) {
      if (hasBegun) return chunk
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      while (pending.length > 0) {
        if (pending[0] === brace) return begin(pending)
        const stop = pending.indexOf(newline)
        const line = stop < 0 ? pending : pending.subarray(0, stop)
        const at = stop < 0 ? -1 : line.indexOf(beginning)
        if (at >= 0) return begin(pending.subarray(at))
        if (bytes + line.length > mostBytes) {
          keep(line)
          return null
        }
        if (stop < 0) break
        keep(line)
        pending = pending.subarray(stop + 1)
        bytes += line.length + 1
        lines += 1
        if (lines > mostLines) return null
      }
      return Buffer.alloc(0)
    },
    firstLine() {
      if (hasBegun) return undefined
      return first ?? (pending.toString('utf8').trim() || undefined)
    },
  }
}
