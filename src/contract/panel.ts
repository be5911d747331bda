import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { operationSchema } from './activity.ts'
import { filterFaultSchema } from './filter-fault.ts'
import { hostSchema } from './host.ts'
import { procedure } from './procedure.ts'
import { tenantSchema } from './tenant.ts'

/** A host as a page shows it: what the store knows and whether it answers. */
export const hostStatusSchema = hostSchema.extend({
  /** `unknown` until it has been asked once since the start. */
  connection: z.enum(['unknown', 'connected', 'unreachable']),
  /** Why it cannot be reached, or why what is on it could not be seen, and what to do, in sentences; empty otherwise. */
  why: z.string(),
  /** The code of that problem, such as PASSPHRASE_NEEDED; empty otherwise. */
  problem: z.string(),
  /** Null: none is known. */
  filterFault: filterFaultSchema.nullable(),
})

/**
 * Changes since the event before. A stream begins with everything there is, in pieces that a page can draw between,
 * then `loaded`, then only changes. Tenants come in the order of their folded names, the first of them at once.
 */
export const panelEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hosts'), hosts: z.array(hostStatusSchema) }),
  z.object({ kind: z.literal('tenants'), tenants: z.array(tenantSchema) }),
  z.object({ kind: z.literal('gone'), tenantIds: z.array(z.string()), hostIds: z.array(z.string()) }),
  /** Running ones with the steps so far, and each once more when it ends. */
  z.object({ kind: z.literal('operations'), operations: z.array(operationSchema) }),
  z.object({ kind: z.literal('notice'), sentence: z.string() }),
  z.object({ kind: z.literal('loaded') }),
])

export const panelContract = {
  /** Everything a page shows, kept up to date for as long as it reads. */
  watch: procedure.output(eventIterator(panelEventSchema)),
}

export type HostStatus = z.infer<typeof hostStatusSchema>
export type PanelEvent = z.infer<typeof panelEventSchema>
