import { createRouterClient } from '@orpc/server'
import { openPanel } from '../../../src/main/open-panel.ts'
import { type RouterContext, router } from '../../../src/main/router.ts'
import { runningAsRootOnLinux } from '../platform.ts'
import { forPanel } from './for-panel.ts'
import { proveMainJob, type ReachableTenant } from './main-job.ts'
import { type Audience, openProof, ProofEnded, type ProofLine } from './proof.ts'
import { clearStoreFolders, makeStoreFolder, removeStoreFolder } from './store-folder.ts'
import { openSandbox, startWorld, type World } from './world.ts'

/** A run whose proof is made; `tenant` is null when the proof ended before there was one. */
export interface Proven {
  readonly world: World
  readonly store: string
  readonly tenant: ReachableTenant | null
  readonly lines: readonly ProofLine[]
  /** The panel that the proof was made with. */
  readonly context: RouterContext
}

/** Things to be closed, the last one first. Each is closed whatever becomes of the others. */
export interface Closers {
  add(what: string, close: () => Promise<unknown>): void
  /** @returns what could not be closed, and why */
  closeAll(): Promise<readonly string[]>
}

export const openClosers = (): Closers => {
  const closers: { what: string; close: () => Promise<unknown> }[] = []
  return {
    add: (what, close) => {
      closers.push({ what, close })
    },
    closeAll: async () => {
      const failures: string[] = []
      for (const { what, close } of closers.splice(0).reverse()) {
        await close().catch((error) =>
          failures.push(`${what}: ${error instanceof Error ? error.message : error}`),
        )
      }
      return failures
    },
  }
}

/** Clears what killed runs left, makes the sandbox, opens the panel on a store of its own, and makes the proof. */
export const runProof = async (
  audience: Audience,
  say: (sentence: string) => void,
  closers: Closers,
  signal: AbortSignal,
): Promise<Proven> => {
  if (!runningAsRootOnLinux() && !forPanel)
    say('Only the part that makes namespaces runs as root: sudo may ask for your password.')
  const sandbox = openSandbox()
  closers.add('the sandbox', sandbox.close)
  const left = [
    ...(await clearStoreFolders()),
    ...(await sandbox.clearLeftovers()).map((id) => `sandbox ${id}`),
  ]
  if (left.length > 0) say(`Removed what an earlier run left: ${left.join(', ')}.`)
  signal.throwIfAborted()
  say('Starting a sandbox server and two clients on networks of their own.')
  const world = await startWorld(sandbox, signal)
  const store = await makeStoreFolder()
  closers.add(store, () => removeStoreFolder(store))
  const opening = openPanel(store)
  // Not before it is open: what is being opened when everything ends is closed like the rest.
  closers.add('the panel', () =>
    opening.then(
      (panel) => panel.close(),
      () => {},
    ),
  )
  const { context } = await opening
  signal.throwIfAborted()
  const proof = openProof(audience, signal)
  try {
    const tenant = await proveMainJob(proof, createRouterClient(router, { context }), world, signal)
    return { world, store, tenant, lines: proof.lines(), context }
  } catch (error) {
    if (!(error instanceof ProofEnded)) throw error
    return { world, store, tenant: null, lines: proof.lines(), context }
  }
}
