import { hostname, userInfo } from 'node:os'
import { customAlphabet } from 'nanoid'
import packageJson from '../../package.json'
import { openSecretsLazily } from './adapters/secrets/lazy-secrets.ts'
import { describeStoreWarning } from './adapters/store/load.ts'
import { openStore } from './adapters/store/store.ts'
import { openLog } from './log.ts'
import type { RouterContext } from './router.ts'
import type { ServiceContext } from './services/context.ts'
import { createHostPool } from './services/host/host-pool.ts'
import { type AccessTools, openAccess } from './services/host/open-access.ts'
import { createTurns } from './services/in-turn.ts'

/** Everything that runs behind the router, and how to end it. */
export interface Composed {
  readonly context: RouterContext
  /** What the operator should know about the store; empty when all is well. */
  readonly storeWarning: string
  close(): Promise<void>
}

/** Ids go into container names and into the helper's state, which both take these characters. */
const newId = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 12)

/**
 * Builds the whole program by plain calls. The caller holds the lock of the data folder.
 * @throws ProblemError STORE_UNUSABLE
 */
export async function compose(dataDir: string): Promise<Composed> {
  const log = openLog(dataDir)
  const store = await openStore(dataDir, { log })
  const now = (): Date => new Date()
  const secrets = openSecretsLazily({ log })
  const tools: AccessTools = { store, secrets, log, now, newId }
  const hosts = createHostPool((host) => openAccess(tools, host))
  const services: ServiceContext = { ...tools, hosts, actor: describeActor(), inTurn: createTurns() }
  const storeWarning = store.warning === undefined ? '' : describeStoreWarning(store.warning)
  return {
    storeWarning,
    context: {
      services,
      describeProgram: async () => ({
        version: packageJson.version,
        dataDir,
        secrets: (await secrets.place()).sentence,
        storeWarning,
      }),
    },
    async close() {
      await hosts.close()
      await store.close()
      log.flush()
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
