import { z } from 'zod'
import { procedure } from './procedure.ts'

/** The actor of operations that this panel only learned of. */
export const anotherPanel = 'another panel'
/** The same of what a tenant's own programs can do as well. */
export const anotherPanelOrClient = 'another panel or a client'

/** One thing the operator did, as the audit log keeps it. */
export const operationSchema = z.object({
  id: z.string(),
  kind: z.string(),
  host: z.string().nullable(),
  /** As it was called then; several had the same name one after the other, so `tenantId` says which one it was. */
  tenant: z.string().nullable(),
  tenantId: z.string().nullable(),
  /** The operator's account on the laptop, `user@computer`; or one of those above. */
  actor: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** How long it took, in milliseconds; null while it runs. */
  tookMs: z.number().nullable(),
  outcome: z.enum(['running', 'done', 'failed', 'undone']),
  /**
   * The changed values before and after; null where there is nothing to compare. Of an allowlist these are the entries that
   * came, went or got another label.
   */
  before: z.json().nullable(),
  after: z.json().nullable(),
  /** Why it failed, in a sentence; empty otherwise. */
  why: z.string(),
  steps: z.array(
    z.object({ sentence: z.string(), state: z.enum(['intended', 'started', 'done', 'failed', 'undone']) }),
  ),
  /** Whether it can be asked to stop now. */
  cancellable: z.boolean(),
  /** It was asked to stop, and what is under way ends first; it ends as it was before, or done. */
  stopping: z.boolean(),
  /** It deleted a tenant that is still gone and whose port is kept back: `tenant.restore` puts it back. */
  restorable: z.boolean(),
})

/**
 * Operations of one host or tenant by name, or of one tenant alone by its id, with one outcome, and with every word of a
 * text (activity-search.ts). The last one's `startedAt` and `id` as `before` and `beforeId` give the next page; several
 * can have started at the same moment.
 */
const activityFilter = z.object({
  host: z.string().max(400).optional(),
  tenant: z.string().max(400).optional(),
  tenantId: z.string().max(64).optional(),
  outcome: operationSchema.shape.outcome.optional(),
  text: z.string().max(200).optional(),
  before: z.string().max(40).optional(),
  beforeId: z.string().max(64).optional(),
  limit: z.number().int().min(1).max(10_000).optional(),
})

export const activityContract = {
  list: procedure.input(activityFilter).output(z.array(operationSchema)),
  /** The same as text for a file. */
  export: procedure
    .input(activityFilter.extend({ format: z.enum(['csv', 'json']) }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
  /**
   * Asks a running operation to stop; it ends as it was before, or done, and says which. Not `asked`: it goes on to its
   * end in any case.
   */
  cancel: procedure.input(z.object({ id: z.string().max(64) })).output(z.object({ asked: z.boolean() })),
}

/** Whether it was somebody else's, of which no more is known than what has changed. */
export const isSeenOnly = ({ actor }: Pick<Operation, 'actor'>): boolean =>
  actor === anotherPanel || actor === anotherPanelOrClient

export type Operation = z.infer<typeof operationSchema>
export type ActivityFilter = z.infer<typeof activityFilter>
