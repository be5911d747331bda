import { z } from 'zod'
import { procedure } from './procedure.ts'

/** One thing the operator did, as the audit log keeps it. */
export const operationSchema = z.object({
  id: z.string(),
  kind: z.string(),
  host: z.string().nullable(),
  tenant: z.string().nullable(),
  /** Who: the operator's account on the laptop, `user@computer`. */
  actor: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** How long it took, in milliseconds; null while it runs. */
  tookMs: z.number().nullable(),
  outcome: z.enum(['running', 'done', 'failed', 'undone']),
  /** What it changed, as it was and as it became; null where there is nothing to compare. */
  before: z.json().nullable(),
  after: z.json().nullable(),
  /** Why it failed, in a sentence; empty otherwise. */
  why: z.string(),
  steps: z.array(z.object({ sentence: z.string(), state: z.enum(['intended', 'done', 'failed', 'undone']) })),
})

export const activityContract = {
  list: procedure
    .input(z.object({ limit: z.number().int().min(1).max(10_000).optional() }))
    .output(z.array(operationSchema)),
}

export type Operation = z.infer<typeof operationSchema>
