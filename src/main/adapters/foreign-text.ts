import { z } from 'zod'
import { renderForeignText } from './limit.ts'

/** Words of a host that people read: one line of at most 200 characters, without control characters. */
export const words = z.string().transform((text) => renderForeignText(text))

/**
 * A mark by which a host knows a thing: an id, a digest, an address. The panel compares marks and sends them back, so
 * each is taken as it is or not at all.
 */
export const mark = z
  .string()
  .max(255)
  // The first part is all of nearly every one, and ten times faster than classes of Unicode.
  .refine((text) => /^[!-~]*$/.test(text) || /^[^\p{C}\p{Z}]*$/u.test(text))
