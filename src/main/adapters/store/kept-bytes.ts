import { promisify } from 'node:util'
import { gunzipSync, gzip } from 'node:zlib'

/** Bytes that are seldom read and take a fifth of their room after a while. */
export interface KeptBytes {
  readonly length: number
  read(): Uint8Array
  /** They are not read any more. */
  forget(): void
}

/** A command is over by then, and a panel that is written to often has others. In milliseconds. */
const packAfterMs = 10_000
const pack = promisify(gzip)

/** A file of SQLite packs well, and in another thread. */
export function keepBytes(bytes: Uint8Array, afterMs = packAfterMs): KeptBytes {
  const { length } = bytes
  // No function below names `bytes`, so that nothing holds them once they are packed.
  let kept: { readonly kind: 'plain' | 'packed'; readonly bytes: Uint8Array } = { kind: 'plain', bytes }
  const packNow = async (): Promise<void> => {
    // Without memory for it they stay as they are.
    const packed = await pack(kept.bytes, { level: 1 }).catch(() => undefined)
    if (packed !== undefined) kept = { kind: 'packed', bytes: packed }
  }
  const timer = setTimeout(() => void packNow(), afterMs).unref()
  return {
    length,
    read: () => (kept.kind === 'plain' ? kept.bytes : gunzipSync(kept.bytes)),
    forget: () => clearTimeout(timer),
  }
}
