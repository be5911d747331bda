import { createORPCClient } from '@orpc/client'
import type { Client } from '../../contract/router.ts'
import { describeWait } from '../control/describe-wait.ts'
import { openOwner } from '../control/owner.ts'
import { tellEnd } from '../control/tell-end.ts'
import { chooseDataDir } from '../data-folder.ts'

/** A client of the router, wherever that runs. */
export interface OpenedClient {
  readonly client: Client
  /** A warning for the operator about the store; empty when all is well. */
  readonly warning: string
  /** Tells at once why the command has to wait. */
  tellWaits(tell: (notice: string) => void): void
  /** Waits for what the program does beside the command; the owner of the store does that by itself. */
  settle(): Promise<void>
  /**
   * Ends after other commands that go through this one.
   * @param atOnce without waiting for work of this program: its process is about to end, and what was saved is kept
   */
  close(atOnce?: boolean): Promise<void>
}

/**
 * The router for one command: in this process, which then owns the store; or in the panel or the longer command that
 * runs on the same store, through its control socket.
 * @param note tells the operator why this has to wait
 * @throws ProblemError STORE_BUSY, STORE_UNUSABLE, CANCELLED
 */
export async function openClient(
  data: string | undefined,
  note: (sentence: string) => void = () => {},
  signal?: AbortSignal,
): Promise<OpenedClient> {
  const dataDir = chooseDataDir(data)
  const onLongWait = (owner: string): void => note(describeWait(owner))
  const access = await openOwner(dataDir, {
    serve: false,
    onLongWait,
    ...(signal === undefined ? {} : { signal }),
  })
  if (access.kind === 'guest') {
    const { link, closed } = access.client
    const client: Client = createORPCClient(tellEnd(link, closed, dataDir))
    return {
      client,
      warning: '',
      tellWaits: (tell) => void followWaits(client, tell),
      settle: () => Promise.resolve(),
      close: () => Promise.resolve(access.client.close()),
    }
  }
  try {
    // Loaded here, so that a command that a panel answers does not load the whole program: half of its time.
    const { composeForCommand } = await import('./compose-for-command.ts')
    const { composed, client, server } = await composeForCommand(access.lock)
    return {
      client,
      warning: composed.storeWarning,
      tellWaits: (tell) => void composed.context.services.notices.listen(tell, true),
      settle: composed.settle,
      async close(atOnce = false) {
        await server.end(() =>
          note(
            'Other commands go through this one, so it ends after them. Ctrl-C ends it now, and them with it.',
          ),
        )
        if (atOnce) return
        await composed.close()
        access.release()
      },
    }
  } catch (error) {
    access.release()
    throw error
  }
}

/** Until the connection is closed. */
async function followWaits({ program }: Client, tell: (notice: string) => void): Promise<void> {
  try {
    for await (const sentence of await program.watchWaits()) tell(sentence)
  } catch {
    // The command has ended, or the owner is an older panel that cannot tell.
  }
}
