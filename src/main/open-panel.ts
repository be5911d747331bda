import { fail } from '../domain/problem-error.ts'
import { type ComposeOptions, compose } from './compose.ts'
import { describeOwner, readStoreOwner } from './control/lock.ts'
import { type OpenOwnerOptions, openOwner } from './control/owner.ts'
import { serveControl } from './control/server.ts'
import { type RouterContext, router } from './router.ts'

/** The program behind a panel, whichever shell shows it. */
export interface Panel {
  /** The context of the calls of a page. */
  readonly context: RouterContext
  /** Ends everything, last opened first closed; a second call changes nothing. */
  close(): Promise<void>
}

type Closer = () => unknown

/** Means and listeners that only some shells have. */
export interface PanelOptions
  extends Pick<ComposeOptions, 'desktop'>,
    Pick<RouterContext, 'onSettings' | 'openLink'> {
  /** How to wait for a command that has the store, where somebody can be told of it. */
  readonly waiting?: Omit<OpenOwnerOptions, 'serve'>
}

/** Nobody waits longer for a window without a word, in milliseconds. */
const untoldWaitMs = 10_000

/**
 * Takes the store, builds the program on it and answers command lines on its control socket.
 * @throws ProblemError STORE_BUSY when another panel has the store or a command keeps it for too long, STORE_UNUSABLE, CANCELLED
 */
export async function openPanel(
  dataDir: string,
  { onSettings, openLink, waiting = { waitMs: untoldWaitMs }, ...options }: PanelOptions = {},
): Promise<Panel> {
  const opened: Closer[] = []
  const close = async (): Promise<void> => {
    for (const closer of opened.splice(0).reverse()) await closer()
  }
  try {
    const access = await openOwner(dataDir, { ...waiting, serve: true })
    if (access.kind === 'guest') {
      access.client.close()
      return fail({
        code: 'STORE_BUSY',
        details: { path: dataDir, owner: describeOwner(readStoreOwner(dataDir)) },
      })
    }
    opened.push(() => access.release())
    if (access.lock.readOnly)
      fail({ code: 'STORE_UNUSABLE', details: { path: dataDir, reason: 'it can only be read' } })
    const composed = await compose(dataDir, options)
    opened.push(() => composed.close())
    const context = {
      ...composed.context,
      ...(onSettings === undefined ? {} : { onSettings }),
      ...(openLink === undefined ? {} : { openLink }),
    }
    const control = await serveControl(access.lock, router, context)
    opened.push(() => control.close())
    return { context, close }
  } catch (error) {
    await close()
    throw error
  }
}
