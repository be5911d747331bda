/**
 * Whether a text has characters that change the writing direction of what comes after them (Unicode's Bidi_Control:
 * embeddings, overrides, isolates and marks, such as U+202E). With them, `10.0.0.1 (office)` can be made to read as
 * something else, in every list and log that shows it.
 */
export function changesDirection(text: string): boolean {
  return /\p{Bidi_Control}/u.test(text)
}

/** Why such a text is refused. */
export const directionReason = 'characters that change the writing direction'
