import type { Readable } from 'node:stream'

/** The bounds of what is read, in bytes: of one line, and of all of them together. */
export interface LineLimits {
  readonly line: number
  readonly total: number
}

export type LineRead =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'ended' }
  /** The bound that was passed; nothing is read after it. */
  | { readonly kind: 'too-much'; readonly bound: keyof LineLimits }

/**
 * Reads a stream line by line, and no further than somebody asks: what nobody waits for stays with who sends it. A last
 * line without its newline does not count; it was cut off.
 */
export function openLineReader(stream: Readable, limits: LineLimits): { next(): Promise<LineRead> } {
  const chunks = stream.iterator({ destroyOnReturn: false })
  let rest: Buffer = Buffer.alloc(0)
  /** Of the line that is not whole yet, before `rest`. */
  let begun: Buffer[] = []
  let length = 0
  let total = 0
  let over: LineRead | undefined

  const stop = (end: LineRead): LineRead => {
    over = end
    begun = []
    rest = Buffer.alloc(0)
    return end
  }
  const readChunk = async (): Promise<boolean> => {
    try {
      const next: IteratorResult<Buffer | string> = await chunks.next()
      if (next.done === true) return false
      rest = Buffer.from(next.value)
      return true
    } catch {
      // The command's own end tells why.
      return false
    }
  }

  return {
    async next() {
      while (over === undefined) {
        const end = rest.indexOf(0x0a)
        const piece = end < 0 ? rest : rest.subarray(0, end)
        length += piece.length
        total += piece.length + (end < 0 ? 0 : 1)
        if (length > limits.line) return stop({ kind: 'too-much', bound: 'line' })
        if (total > limits.total) return stop({ kind: 'too-much', bound: 'total' })
        begun.push(piece)
        if (end >= 0) {
          const line = Buffer.concat(begun).toString('utf8')
          rest = rest.subarray(end + 1)
          begun = []
          length = 0
          return { kind: 'line', line }
        }
        if (!(await readChunk())) return stop({ kind: 'ended' })
      }
      return over
    },
  }
}
