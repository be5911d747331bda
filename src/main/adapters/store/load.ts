import type { SqlJsStatic } from 'sql.js'
import { fail } from '../../../domain/problem-error.ts'
import { describeDiskError } from './disk-error.ts'
import { newestVersion } from './migrations.ts'
import { inspectDatabase } from './sqlite.ts'
import { keepAside, readIfThere, type StoreFiles } from './store-file.ts'

/** The store was opened from its last good copy: what was wrong, and what may be missing now. */
export interface StoreWarning {
  readonly path: string
  /** Why the file could not be used, as the end of a sentence. */
  readonly reason: string
  /** Where the damaged file is now; undefined when it was gone. */
  readonly keptAs: string | undefined
  /** When the copy was written: what came after it is lost. ISO 8601, UTC. */
  readonly copyFrom: string
}

export function describeStoreWarning(warning: StoreWarning): string {
  const kept = warning.keptAs === undefined ? '' : ` The damaged file was kept as ${warning.keptAs}.`
  return (
    `The store ${warning.path} could not be read: ${warning.reason}. The copy from ${warning.copyFrom} is used; ` +
    `changes after it are missing here, not on the hosts.${kept}`
  )
}

/** What is on the disk: nothing yet, or the bytes to start from. */
export type Loaded =
  | { kind: 'fresh' }
  | { kind: 'current'; bytes: Uint8Array }
  | { kind: 'copy'; bytes: Uint8Array; warning: StoreWarning }

type Candidate =
  | { kind: 'absent' }
  | { kind: 'damaged'; reason: string }
  | { kind: 'whole'; bytes: Uint8Array; writtenAt: Date }

/**
 * Reads the store's file, or its last good copy when the file is damaged or gone. Nothing is deleted: a damaged file
 * gets another name, and only once the copy has proved whole.
 * @throws ProblemError STORE_UNUSABLE when neither can be used, or when a newer program wrote the file
 */
export async function loadStore(sqlite: SqlJsStatic, files: StoreFiles): Promise<Loaded> {
  const current = await readCandidate(sqlite, files.current)
  if (current.kind === 'whole') return { kind: 'current', bytes: current.bytes }
  const copy = await readCandidate(sqlite, files.copy)
  if (current.kind === 'absent' && copy.kind === 'absent') return { kind: 'fresh' }
  const reason = current.kind === 'absent' ? 'it is gone' : current.reason
  if (copy.kind !== 'whole') {
    const why = copy.kind === 'absent' ? 'there is no copy of it' : `its copy ${files.copy}: ${copy.reason}`
    return unusable(files.current, `${reason}, and ${why}`)
  }
  const keptAs = current.kind === 'damaged' ? await keepAside(files, new Date()) : undefined
  const copyFrom = copy.writtenAt.toISOString()
  return { kind: 'copy', bytes: copy.bytes, warning: { path: files.current, reason, keptAs, copyFrom } }
}

async function readCandidate(sqlite: SqlJsStatic, path: string): Promise<Candidate> {
  const found = await readIfThere(path).catch((error: unknown) =>
    unusable(path, describeDiskError(error), error),
  )
  if (found === undefined) return { kind: 'absent' }
  const content = inspectDatabase(sqlite, found.bytes)
  if (content.kind === 'damaged') return content
  if (content.version === 0) return { kind: 'damaged', reason: 'it holds no store' }
  if (content.version > newestVersion) {
    unusable(path, `a newer Memharbor wrote it (version ${content.version}, this one knows ${newestVersion})`)
  }
  return { kind: 'whole', ...found }
}

function unusable(path: string, reason: string, cause?: unknown): never {
  return fail({ code: 'STORE_UNUSABLE', details: { path, reason } }, cause)
}
