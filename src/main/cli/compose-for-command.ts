import { createRouterClient } from '@orpc/server'
import type { Client } from '../../contract/router.ts'
import { type Composed, compose } from '../compose.ts'
import type { StoreLock } from '../control/lock.ts'
import { type LaterServer, serveLater } from '../control/serve-later.ts'
import { router } from '../router.ts'

/**
 * The whole program in this process, on a store that this process owns, or can only read. Where its work takes long,
 * as on a slow host, other commands go through it.
 */
export async function composeForCommand(
  lock: StoreLock,
): Promise<{ composed: Composed; client: Client; server: LaterServer }> {
  const composed = await compose(lock.dataDir, { readOnly: lock.readOnly })
  const { context } = composed
  const server = serveLater(lock, router, context, (err) =>
    context.services.log.warn({ err }, 'other commands cannot go through this one'),
  )
  return { composed, client: createRouterClient(router, { context }), server }
}
