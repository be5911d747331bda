import { z } from 'zod'
import { procedure } from './procedure.ts'
import { themes } from './theme.ts'

/** The operator's choices for this panel. Every field has a default, so that a new store has all of them. */
export const settingsSchema = z.object({
  theme: z.enum(themes),
  /** Limits of a new tenant where none are given: MB of 2^20 bytes, and connections at once. */
  newTenant: z.object({ memoryMb: z.number().int(), maxConnections: z.number().int() }),
  /** The ports that hosts prepared from now on give to tenants. */
  portRange: z.object({ from: z.number().int(), to: z.number().int() }),
  /** Older activity is exported into files beside the store, and leaves it. */
  activityYears: z.number().int(),
  /** Columns of the table of tenants, in their order; empty: those that it shows by itself. */
  tenantColumns: z.array(z.string().max(40)).max(40),
})

export const settingsContract = {
  get: procedure.output(settingsSchema),
  /** Changes the given fields and answers with all of them. */
  change: procedure.input(settingsSchema.partial()).output(settingsSchema),
}

export type Settings = z.infer<typeof settingsSchema>
