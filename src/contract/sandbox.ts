import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure } from './procedure.ts'

/** One step on the way to a sandbox, in the order in which they began. */
const stepSchema = z.object({ sentence: z.string(), state: z.enum(['started', 'done', 'failed']) })
const steps = z.array(stepSchema)

/** The sandbox that this panel has started: a server made on this computer, with a store and a panel of its own. */
export const sandboxStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('starting'), steps }),
  /** Its panel can be opened. `proven`: the main job was tried on it, and every line of the proof held. */
  z.object({ kind: z.literal('up'), steps, proven: z.boolean() }),
  z.object({ kind: z.literal('stopping'), steps }),
  /** It could not be made, ended by itself, or could not be removed whole; it does not run. */
  z.object({
    kind: z.literal('failed'),
    steps,
    message: z.string(),
    advice: z.string(),
    /** The last lines that its programs printed. */
    said: z.array(z.string()),
  }),
])

/** At most one sandbox at a time; whether one can be made from here is among the offers of `host.findOffers`. */
export const sandboxContract = {
  /** How it is now, and then every change. */
  watch: procedure.output(eventIterator(sandboxStateSchema)),
  /** Begins to make it, unless one is there or under way; `watch` tells what becomes of it. */
  start: procedure.output(z.void()),
  /** Removes it; answers when nothing of it is left. */
  stop: procedure.output(z.void()),
  /** A link to its panel that lets one tab in, once; null: it has been opened in the user's browser already. */
  open: procedure.output(z.object({ link: z.string().nullable() })),
}

export type SandboxState = z.infer<typeof sandboxStateSchema>
