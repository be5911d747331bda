import { z } from 'zod'

/** One step of long work as it happens. `key` stays the same from started to done or failed. */
export const progressSchema = z.object({
  key: z.string(),
  sentence: z.string(),
  state: z.enum(['started', 'done', 'failed']),
  /** Time since the work began, in milliseconds. */
  atMs: z.number(),
})

export type Progress = z.infer<typeof progressSchema>
