import { setTimeout } from 'node:timers/promises'
import { fail } from '../../domain/problem-error.ts'
import { errorCode } from '../adapters/store/disk-error.ts'
import { type ControlClient, connectControl } from './client.ts'
import { describeOwner, readStoreOwner, type StoreLock, takeStore } from './lock.ts'

/** How this program gets at a store: by owning it, or through the program that does. */
export type StoreAccess =
  | { kind: 'owner'; lock: StoreLock; release(): void }
  | { kind: 'guest'; client: ControlClient }

export interface OpenOwnerOptions {
  /** Whether this program will answer others (a panel does, a command does not). It still has to call serveControl. */
  readonly serve: boolean
  /** How long to wait for an owner that does not answer others, in milliseconds. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

/** How often a waiting program looks again, in milliseconds. */
const lookAgainMs = 50

/**
 * Takes the store, or connects to its owner. An owner that does not answer others is waited for, because a command
 * ends soon and a panel that starts will answer soon.
 * @throws ProblemError STORE_BUSY after `waitMs`, STORE_UNUSABLE, CANCELLED
 */
export async function openOwner(
  dataDir: string,
  { serve, waitMs = 10_000, signal }: OpenOwnerOptions,
): Promise<StoreAccess> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const lock = await takeStore(dataDir, serve ? 'panel' : 'command')
    if (lock !== undefined) return { kind: 'owner', lock, release: () => lock.release() }
    const owner = readStoreOwner(dataDir)
    const client = owner?.socket === undefined ? undefined : await tryConnect(owner.socket)
    if (client !== undefined) return { kind: 'guest', client }
    if (performance.now() >= deadline) {
      fail({ code: 'STORE_BUSY', details: { path: dataDir, owner: describeOwner(owner) } })
    }
    await setTimeout(lookAgainMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) =>
      fail({ code: 'CANCELLED', details: { action: 'waiting for the store' } }, error),
    )
  }
}

/** Undefined when nobody answers: the owner is about to end, or has just ended. */
async function tryConnect(path: string): Promise<ControlClient | undefined> {
  try {
    return await connectControl(path)
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(errorCode(error) ?? ''))
      return undefined
    throw error
  }
}
