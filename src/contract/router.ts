import { type ContractRouterClient, eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { activityContract } from './activity.ts'
import { hostContract } from './host.ts'
import { panelContract } from './panel.ts'
import { procedure } from './procedure.ts'
import { sandboxContract } from './sandbox.ts'
import { secretContract } from './secret.ts'
import { settingsContract } from './settings.ts'
import { tenantContract } from './tenant.ts'

/** Facts about the program itself, for shells to show. */
export const programSchema = z.object({
  version: z.string(),
  dataDir: z.string(),
  /** Where passphrases are kept, in a sentence. */
  secrets: z.string(),
  /** A warning about the store, such as that its last good copy is in use; empty otherwise. */
  storeWarning: z.string(),
})

/** Everything that Memharbor can be asked, by every shell alike. */
export const contract = {
  program: {
    describe: procedure.output(programSchema),
    /** Events that nobody asked for, such as the end of work that was cut off. Each sentence is given once. */
    takeNotices: procedure.output(z.array(z.string())),
    /** Why a caller who has no answer after 5 s still waits, a sentence each, until the call is given up. */
    watchWaits: procedure.output(eventIterator(z.string())),
  },
  panel: panelContract,
  settings: settingsContract,
  secret: secretContract,
  sandbox: sandboxContract,
  host: hostContract,
  tenant: tenantContract,
  activity: activityContract,
}

/** The router as a client sees it: in this process, over the window's port or the control socket. */
export type Client = ContractRouterClient<typeof contract>
