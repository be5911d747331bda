import { createRouterClient } from '@orpc/server'
import type { Client } from '../../contract/router.ts'
import { type Composed, compose } from '../compose.ts'
import { router } from '../router.ts'

/** The whole program in this process, on a store that this process owns, or can only read. */
export async function composeForCommand(
  dataDir: string,
  readOnly: boolean,
): Promise<{ composed: Composed; client: Client }> {
  const composed = await compose(dataDir, { readOnly })
  return { composed, client: createRouterClient(router, { context: composed.context }) }
}
