import { setImmediate as nextTurn } from 'node:timers/promises'
import { planArchive } from '../../../core/operation/plan-archive.ts'
import { countOperations, forgetOperations, listOldestOperations } from '../../adapters/store/archiving.ts'
import type { StoredOperation } from '../../adapters/store/operations.ts'
import type { ServiceContext } from '../context.ts'
import { keptBackMs } from '../tenant/loopback-ledger.ts'
import { pruneArchive } from './prune-archive.ts'

/** Moves old operations out of the store, so that it stays small however long it is used. */
export interface Archiver {
  /** To be called when operations may have been added: moves those that are too many, beside everything else. */
  look(): void
  /** Ends after what is being moved now. */
  close(): Promise<void>
}

/** Moved at once: more would hold up everything else for longer than a person notices. */
const pieceSize = 250
/** Operations that come together beyond those that stay, so that a move is worth its flush. */
const slack = 500
/** After so many the room that they had is given back at once; the room of fewer is used again by itself. */
const compactAfter = 5_000
/** The pause after a disk that took nothing, in milliseconds. */
const againAfterMs = 60_000

export function createArchiver({
  store,
  archive,
  now,
  log,
  notices,
}: Pick<ServiceContext, 'store' | 'archive' | 'now' | 'log' | 'notices'>): Archiver {
  let moving: Promise<void> | undefined
  let isClosed = false
  let notBefore = 0
  /** Operations that stayed last time count as well. */
  let most = archive.kept + slack

  /** An operation is in the archive before it leaves the store: a crash in between leaves it in both. */
  async function moveAll(): Promise<void> {
    let count = await store.read(countOperations)
    if (count <= most) return
    const restingSince = new Date(now().getTime() - keptBackMs).toISOString()
    const held = new Set<string>()
    let after: StoredOperation | undefined
    let moved = 0
    for (let left = count - archive.kept; left > 0 && !isClosed; ) {
      const oldest = await store.read((db) => listOldestOperations(db, Math.min(pieceSize, left), after))
      const leaving = planArchive(oldest, held, restingSince)
      if (leaving.length > 0) {
        await archive.append(leaving)
        await store.write((db) => forgetOperations(db, leaving))
      }
      moved += leaving.length
      left -= pieceSize
      after = oldest.at(-1)
      await nextTurn()
    }
    count -= moved
    most = Math.max(archive.kept, count) + slack
    if (moved > 0) log.info({ moved }, 'old operations were moved into the archive')
    if (moved > compactAfter) await store.compact()
  }

  return {
    look() {
      if (moving !== undefined || isClosed || performance.now() < notBefore) return
      moving = moveAll()
        .then(() => (isClosed ? undefined : pruneArchive({ store, archive, notices, now, log })))
        .catch((error: unknown) => {
          notBefore = performance.now() + againAfterMs
          if (!isClosed)
            log.warn({ err: error }, 'old operations could not be moved into the archive, or out of it')
        })
        .finally(() => {
          moving = undefined
        })
    },
    async close() {
      isClosed = true
      await moving
    },
  }
}
