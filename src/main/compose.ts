import { hostname, userInfo } from 'node:os'
import { customAlphabet } from 'nanoid'
import packageJson from '../../package.json'
import { openSecretsLazily } from './adapters/secrets/lazy-secrets.ts'
import type { DesktopCipher } from './adapters/secrets/vault.ts'
import { openArchive } from './adapters/store/archive.ts'
import { tellCommitted } from './adapters/store/committed.ts'
import type { StoredHost } from './adapters/store/hosts.ts'
import { openStore, type Store } from './adapters/store/store.ts'
import { describeStoreWarning } from './adapters/store/warning.ts'
import { type TimeLimits, usualTimeLimits } from './adapters/time-limits.ts'
import { openLog } from './log.ts'
import { createAskings } from './reconcile/askings.ts'
import { createBackoff } from './reconcile/backoff.ts'
import { closeLeftOver, closeNow } from './reconcile/close-later.ts'
import { recoverUnfinished } from './reconcile/recover-host.ts'
import type { RouterContext } from './router.ts'
import { createBackground } from './services/background.ts'
import type { AtPoint, ServiceContext } from './services/context.ts'
import { createHostPool, type HostAccess } from './services/host/host-pool.ts'
import { type AccessTools, type KeyTools, type OpenAccess, openAccess } from './services/host/open-access.ts'
import { createTurns } from './services/in-turn.ts'
import { createLiveView, type LiveView } from './services/live/live.ts'
import { createNotices } from './services/notices.ts'
import { createArchiver } from './services/operation/archiver.ts'
import { endCutOff } from './services/operation/end-cut-off.ts'
import { createRunningOperations } from './services/operation/running.ts'
import { createSandbox } from './services/sandbox/sandbox.ts'
import { createVitals } from './services/tenant/vitals.ts'
import { createWaits } from './services/waits.ts'

/** Everything that runs behind the router, and how to end it. */
export interface Composed {
  readonly context: RouterContext
  /** A warning for the operator about the store; empty when all is well. */
  readonly storeWarning: string
  /** Waits for what goes on beside the work that was asked for: recovery tells how that ended. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Ids go into container names and into the helper's state, which both take these characters. */
const newId = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 12)

/**
 * How long a program that ends waits for what it is doing, in milliseconds. Taking back a create needs about one
 * second; what a host does not answer is finished or taken back by recovery.
 */
const settleWithinMs = 10_000

export interface ComposeOptions {
  /** The store can only be read: every change is refused, and taking access away asks the host all the same. */
  readonly readOnly?: boolean
  /** The cipher of the desktop's password store, where the program has a desktop. */
  readonly desktop?: DesktopCipher | undefined
  /** For tests that end the program at a point of their choice. */
  readonly atPoint?: AtPoint
  /** For tests with hosts that never answer; the usual ones where none is given. */
  readonly timeLimits?: Partial<TimeLimits>
  /** For tests and pictures with hosts that are not there. */
  readonly openAccess?: (tools: AccessTools, host: StoredHost, keys?: KeyTools) => HostAccess
}

/**
 * Builds the whole program by plain calls. The caller holds the lock of the data folder.
 * @throws ProblemError STORE_UNUSABLE
 */
export async function compose(dataDir: string, options: ComposeOptions = {}): Promise<Composed> {
  const { atPoint } = options
  const log = openLog(dataDir)
  const opened = await openStore(dataDir, { log, readOnly: options.readOnly === true })
  const told = tellCommitted(opened, (touched) => {
    live.committed(touched)
    if (touched.operations.size > 0) archiver.look()
  })
  const store = atPoint === undefined ? told : withPoints(told, atPoint)
  const now = (): Date => new Date()
  const secrets = openSecretsLazily({ log, folder: dataDir, desktop: options.desktop })
  const timeLimits = { ...usualTimeLimits, ...options.timeLimits }
  const notices = createNotices()
  const waits = createWaits()
  const tools: AccessTools = { store, secrets, log, now, newId, timeLimits, notices, waits }
  const openHost: OpenAccess = (host, keys) => (options.openAccess ?? openAccess)(tools, host, keys)
  const running = createRunningOperations()
  const hosts = createHostPool((host) => {
    const access = openHost(host)
    let isAgain = false
    const retry = (): void => {
      // The host behind a new connection may have been put back meanwhile: the next change asks first.
      if (isAgain) {
        delete access.seen.adopted
        delete access.seen.historyJudged
      }
      isAgain = true
      services.background.add(closeNow(services, access))
      services.background.add(recoverUnfinished(services, access))
    }
    access.link.onConnect(retry)
    // The socket of this computer needs no connection.
    if (access.link.info().kind === 'socket') retry()
    return access
  }, running.whenIdle)
  const services: ServiceContext = {
    ...{
      ...tools,
      hosts,
      archive: openArchive(dataDir, log),
      openAccess: openHost,
      actor: describeActor(),
      inTurn: createTurns(),
    },
    askings: createAskings(),
    running,
    background: createBackground(),
    recoveries: createBackoff(timeLimits.lookEveryMs),
    vitals: createVitals(),
    atPoint: atPoint ?? (() => {}),
  }
  const live: LiveView = createLiveView(services)
  const archiver = createArchiver(services)
  const sandbox = createSandbox(services)
  await endCutOff(services).catch((error: unknown) => {
    // A store that can only be read can still be looked at.
    log.warn({ err: error }, 'what was cut off could not be ended in the log')
  })
  closeLeftOver(services)
  if (options.readOnly !== true) archiver.look()
  const storeWarning = store.warning === undefined ? '' : describeStoreWarning(store.warning)
  return {
    storeWarning,
    context: {
      services,
      live,
      sandbox,
      describeProgram: async () => ({
        version: packageJson.version,
        dataDir,
        secrets: (await secrets.place()).sentence,
        storeWarning,
      }),
    },
    settle: () => services.background.idle(settleWithinMs),
    async close() {
      await sandbox.close()
      live.close()
      const endsBy = performance.now() + settleWithinMs
      await services.running.settle(settleWithinMs)
      await services.background.settle(Math.max(0, endsBy - performance.now()))
      await hosts.close()
      await archiver.close()
      await store.close()
      log.flush()
    },
  }
}

/** Tells before and after each save; the saves are counted from 1. */
function withPoints(store: Store, atPoint: AtPoint): Store {
  let saves = 0
  return {
    ...store,
    async write(change) {
      saves += 1
      const save = `save ${saves}`
      await atPoint(`before ${save}`)
      const value = await store.write(change)
      await atPoint(`after ${save}`)
      return value
    },
  }
}

/** `ada@laptop`, for the audit log. */
function describeActor(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // A user id without an account, as in some containers.
    return `user ${process.getuid?.() ?? ''}@${hostname()}`
  }
}
