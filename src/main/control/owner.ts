import { setTimeout } from 'node:timers/promises'
import { fail } from '../../domain/problem-error.ts'
import { errorCode } from '../adapters/store/disk-error.ts'
import type { ControlClient } from './client.ts'
import { describeOwner, readStoreOwner, type StoreLock, takeStore } from './lock.ts'

/** How this program gets at a store: by owning it, or through the program that does. */
export type StoreAccess =
  | { kind: 'owner'; lock: StoreLock; release(): void }
  | { kind: 'guest'; client: ControlClient }

export interface OpenOwnerOptions {
  /** Whether this program is a panel, which wants the store for itself. It still has to call serveControl. */
  readonly serve: boolean
  /** How long to wait for an owner that this program cannot go through, in milliseconds. */
  readonly waitMs?: number
  /** How long people wait without a word, in milliseconds. */
  readonly wordlessMs?: number
  /** Called once, after that. @param owner a phrase */
  readonly onLongWait?: (owner: string) => void
  readonly signal?: AbortSignal
}

/** How often a waiting program looks again, in milliseconds. */
const lookAgainMs = 50

/** A program that begins or ends answers nobody for a moment, or for twenty seconds where hosts are silent. */
const usualWaitMs = 30_000

/**
 * Takes the store, or connects to its owner. An owner that does not answer others is waited for: it has just begun, and
 * will answer or end soon, or is about to end. A panel waits for the end of a command.
 * @throws ProblemError STORE_BUSY after `waitMs`, STORE_UNUSABLE, CANCELLED
 */
export async function openOwner(
  dataDir: string,
  { serve, waitMs = usualWaitMs, wordlessMs = 5_000, signal, onLongWait }: OpenOwnerOptions,
): Promise<StoreAccess> {
  const begin = performance.now()
  let isTold = false
  for (;;) {
    const lock = await takeStore(dataDir, serve ? 'panel' : 'command')
    if (lock !== undefined) return { kind: 'owner', lock, release: () => lock.release() }
    const owner = readStoreOwner(dataDir)
    const path = serve && owner?.what === 'command' ? undefined : owner?.socket
    const client = path === undefined ? undefined : await tryConnect(path)
    if (client !== undefined) return { kind: 'guest', client }
    const waitedMs = performance.now() - begin
    if (waitedMs >= wordlessMs && !isTold) {
      isTold = true
      onLongWait?.(describeOwner(owner))
    }
    if (waitedMs >= waitMs) {
      fail({ code: 'STORE_BUSY', details: { path: dataDir, owner: describeOwner(owner) } })
    }
    await setTimeout(lookAgainMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) =>
      fail({ code: 'CANCELLED', details: { action: 'waiting for the store' } }, error),
    )
  }
}

/** Undefined when nobody answers: the owner is about to end, or has just ended. */
async function tryConnect(path: string): Promise<ControlClient | undefined> {
  // Loaded here, because a command that owns the store needs neither a client nor Node's TLS, which that loads.
  const { connectControl } = await import('./client.ts')
  try {
    return await connectControl(path)
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(errorCode(error) ?? ''))
      return undefined
    throw error
  }
}
