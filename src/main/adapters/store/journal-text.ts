import { z } from 'zod'
import { parseLine, renderLine } from './checked-line.ts'

/*
 * The journal holds what was changed since the store's file was written, in lines of text:
 *
 *   3b9a… {"v":1,"base":"f00d…","version":2}
 *   77aa… {"seq":1,"at":"2026-11-22T10:02:53.123Z","rows":1,"statements":[["update \"tenants\" set …",["x",1]]]}
 *   0b3e… {"seq":2,"next":"c4d5…"}
 *
 * Each line begins with the SHA-256 of its JSON. The first names the file that it belongs to (`base`, the SHA-256 of its
 * bytes) and that file's version. A line with statements is one transaction; `rows` is how many rows it changed, so that
 * a replay that does something else is noticed. The line with `next` names the file that has all of it.
 */

/** A statement that changed something, with its parameters. It must do the same whenever it runs. */
const statement = z.tuple([z.string(), z.array(z.union([z.string(), z.number(), z.null()]))])
export type RecordedStatement = z.output<typeof statement>

const header = z.strictObject({ v: z.literal(1), base: z.string(), version: z.int() })
const anyHeader = z.object({ v: z.int() })
const change = z.strictObject({
  seq: z.int(),
  at: z.iso.datetime({ precision: 3 }),
  rows: z.int(),
  statements: z.array(statement),
})
const link = z.strictObject({ seq: z.int(), next: z.string() })

/** One transaction: everything that was flushed together. */
export type JournalChange = z.output<typeof change>

export interface Journal {
  /** The SHA-256 of the file that the changes belong to, and the version of its tables. */
  readonly base: string
  readonly version: number
  readonly changes: readonly JournalChange[]
  /** The SHA-256 of the file that has all these changes, when the last line names one. */
  readonly next: string | undefined
  /** How many lines are whole, the first one included, and how many bytes they have. */
  readonly lines: number
  readonly end: number
  /** Why the rest was not read, as the end of a sentence. What was cut off while it was written is no damage. */
  readonly damage: string | undefined
}

export type ParsedJournal =
  | { kind: 'journal'; journal: Journal }
  /** Nothing that counts: the first line was cut off while it was written. */
  | { kind: 'empty' }
  /** A later Memharbor wrote it. */
  | { kind: 'newer' }
  | { kind: 'damaged'; reason: string }

export function renderHeader(base: string, version: number): string {
  return renderLine({ v: 1, base, version })
}

export function renderChange(given: JournalChange): string {
  return renderLine(given)
}

export function renderLink(seq: number, next: string): string {
  return renderLine({ seq, next })
}

/** Reads a journal as far as it is whole. Text after the last newline is a write that was cut off: nobody was told of it. */
export function parseJournal(bytes: Uint8Array): ParsedJournal {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lines = splitLines(text)
  const [first, ...rest] = lines
  if (first === undefined) return { kind: 'empty' }
  const json = parseLine(first)
  const head = header.safeParse(json)
  if (!head.success) {
    const newer = (anyHeader.safeParse(json).data?.v ?? 0) > 1
    return newer ? { kind: 'newer' } : { kind: 'damaged', reason: 'its first line was altered' }
  }
  const changes: JournalChange[] = []
  let next: string | undefined
  let end = first.length + 1
  for (const [index, line] of rest.entries()) {
    const entry = z.union([change, link]).safeParse(parseLine(line)).data
    if (entry === undefined || entry.seq !== index + 1) {
      const damage = `line ${index + 2} was altered`
      return { kind: 'journal', journal: { ...head.data, changes, next, lines: index + 1, end, damage } }
    }
    if ('next' in entry) next = entry.next
    else {
      changes.push(entry)
      next = undefined
    }
    end += line.length + 1
  }
  const journal = { ...head.data, changes, next, lines: lines.length, end, damage: undefined }
  return { kind: 'journal', journal }
}

function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    lines.push(text.subarray(start, end))
    start = end + 1
  }
  return lines
}
