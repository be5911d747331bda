import { createReadStream } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from './disk-error.ts'
import { syncFolder } from './store-file.ts'

/*
 * The archive: `operations/2026-11.jsonl` has operations that began in that month, a line each, and is only ever appended
 * to. The lines are nearly in the order in which the operations began. One that a crash kept from leaving the store is
 * there a second time.
 */

const monthFile = /^(\d{4}-\d\d)\.jsonl$/

/** The months that there is a file of, the newest first: `2026-11`. */
export async function listMonths(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  return names
    .flatMap((name) => monthFile.exec(name)?.[1] ?? [])
    .sort()
    .reverse()
}

/**
 * Appends lines to the file of a month and flushes them.
 * @throws what the disk said. Then some of them may be there, and the last one in part
 */
export async function appendMonth(folder: string, month: string, lines: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  const handle = await open(join(folder, `${month}.jsonl`), 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    // A text that was cut off while it was written is a line by itself, which has no checksum.
    await handle.writeFile(size > 0 && !(await endsWithNewline(handle, size)) ? `\n${lines}` : lines)
    await handle.datasync()
    if (size === 0) await syncFolder(folder)
  } finally {
    await handle.close()
  }
  if (made !== undefined) await syncFolder(dirname(folder))
}

async function endsWithNewline(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === newline
}

const newline = 0x0a
/** As much is looked at without a pause: some 2 ms. */
const chunkBytes = 256 * 1024

/** Calls back with each line of a month, in the order of the file; others have their turn in between. */
export async function readMonth(
  folder: string,
  month: string,
  onLine: (line: Buffer) => void,
): Promise<void> {
  let rest = Buffer.alloc(0)
  const stream = createReadStream(join(folder, `${month}.jsonl`), { highWaterMark: chunkBytes })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = text.indexOf(newline); end >= 0; end = text.indexOf(newline, start)) {
      onLine(text.subarray(start, end))
      start = end + 1
    }
    rest = Buffer.from(text.subarray(start))
  }
}
