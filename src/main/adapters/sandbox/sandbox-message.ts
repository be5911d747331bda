import { z } from 'zod'

const text = z.string().max(4_000)

/** Messages of the sandbox's program to the panel that started it, over the channel between them. */
export const sandboxMessageSchema = z.discriminatedUnion('kind', [
  /** The work that it begins now: `Building the sandbox.` */
  z.object({ kind: z.literal('said'), sentence: text }),
  /** One line of the proof: what should be so, and what was seen. */
  z.object({ kind: z.literal('line'), sentence: text, held: z.boolean(), seen: text }),
  /** Its panel answers. */
  z.object({ kind: z.literal('up'), proven: z.boolean() }),
  /** The answer to a {@link SandboxRequest}: `http://127.0.0.1:4711/#token=…`. A secret until it is used. */
  z.object({
    kind: z.literal('link'),
    link: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}\/#token=[\w-]{43}$/),
  }),
  /** Why it cannot go on. It removes what it made, and ends. */
  z.object({ kind: z.literal('failed'), reason: text }),
  /** Something of it could not be removed. */
  z.object({ kind: z.literal('left'), what: text }),
])

/** The panel's only request to that program: a link that is good once. */
export const sandboxRequestSchema = z.object({ kind: z.literal('link') })

export type SandboxMessage = z.infer<typeof sandboxMessageSchema>
export type SandboxRequest = z.infer<typeof sandboxRequestSchema>

/** The word by which the program knows that a panel has started it, and nobody at a terminal can be asked. */
export const forPanelWord = '--for-panel'
