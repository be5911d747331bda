import { z } from 'zod'

/** The most entries that a host takes on one tenant's allowlist; a longer list belongs into ranges. */
export const mostAllowEntries = 1000

/**
 * The most entries that a panel puts on the allowlists of one host together. A reply of a host with more than 250,000 is
 * not read, so that a forged one does not fill the memory; the rest is room for other panels.
 */
export const mostHostAllowEntries = 240_000

/** An entry as the operator writes it: an address, a range, or the word `anyone`. */
export const allowInputSchema = z.object({ cidr: z.string().max(100), label: z.string().max(200).optional() })

/** An entry as it is kept: always with its prefix length (203.0.113.7/32), never with host bits. */
export const allowEntrySchema = z.object({ cidr: z.string(), label: z.string() })

/**
 * How wide the operator knows an allowlist to become: `wide` where it covers much, `anyone` where it lets in everybody,
 * which the word `anyone` among the entries says too. A wider list is refused with CONFIRMATION_NEEDED.
 */
export const widthConfirmedSchema = z.enum(['wide', 'anyone'])

/** Entries that nobody comes from over the internet, and why, in one sentence for all of a kind. */
export const allowNoteSchema = z.object({ cidrs: z.array(z.string()), sentence: z.string() })

/** Entries inside a range that was revoked: each stays, as an entry of its own. The sentence is empty where there are none. */
export const staysInsideSchema = z.object({ cidrs: z.array(z.string()), sentence: z.string() })

export type AllowInput = z.infer<typeof allowInputSchema>
export type AllowEntry = z.infer<typeof allowEntrySchema>
export type WidthConfirmed = z.infer<typeof widthConfirmedSchema>
export type StaysInside = z.infer<typeof staysInsideSchema>
export type AllowNote = z.infer<typeof allowNoteSchema>
