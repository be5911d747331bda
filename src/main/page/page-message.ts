import { z } from 'zod'

/** Characters of one message, and on a socket its bytes. The largest call, an allowlist of thousands of entries, has some hundred thousand. */
export const largestMessage = 4 * 1024 * 1024

/**
 * A message of oRPC's link over a port: an id, a kind (absent for a call, 3 an event, 4 an abort) and its payload.
 * `{"i":"1","p":{"u":"/host/list","b":{}}}` and `{"i":"1","t":4}`
 */
const pageMessage = z.object({
  i: z.string().max(64),
  t: z.literal([1, 3, 4]).optional(),
  p: z
    .object({
      u: z.string().max(256).startsWith('/').optional(),
      h: z.record(z.string(), z.string()).optional(),
    })
    .loose()
    .optional(),
})

/**
 * Whether a message has the shape that the page's link gives it. The router checks what a call says; this keeps away
 * what would fail before it gets there, where no caller would learn of it.
 */
export function isPageMessage(data: unknown): data is string {
  if (typeof data !== 'string' || data.length > largestMessage) return false
  try {
    const { success, data: message } = pageMessage.safeParse(JSON.parse(data))
    const isCall = message?.t === undefined || message.t === 1
    return success && (!isCall || message?.p?.u !== undefined)
  } catch {
    return false
  }
}
