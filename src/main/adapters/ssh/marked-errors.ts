import type { Readable } from 'node:stream'
import { appendStderr } from '../output.ts'

/** Standard error of a command behind a login, parted where the command begins. The end of each part is kept, 16 KiB. */
export interface MarkedErrors {
  /** The line between both. A login that joins standard error to standard output prints it there. */
  readonly mark: string
  /** The login's own words. */
  before(): string
  /** The command's; none where the login sent them elsewhere. */
  after(): string
}

/** Reads a stream to its end. @param mark the line after which the command's words begin */
export function readMarkedErrors(stream: Readable, mark: string): MarkedErrors {
  let before = ''
  let after: string | undefined
  stream.on('data', (chunk: Buffer) => {
    if (after !== undefined) {
      after = appendStderr(after, chunk)
      return
    }
    before = appendStderr(before, chunk)
    const at = before.indexOf(`${mark}\n`)
    if (at < 0) return
    after = before.slice(at + mark.length + 1)
    before = before.slice(0, at)
  })
  return { mark, before: () => before, after: () => after ?? '' }
}
