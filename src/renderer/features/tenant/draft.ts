/**
 * A text that is edited here and may be changed elsewhere meanwhile. `base`: what it was when the editing began;
 * `saved`: what the store has now.
 */
export interface Draft {
  readonly base: string
  readonly saved: string
  readonly text: string
}

export const beginDraft = (saved: string): Draft => ({ base: saved, saved, text: saved })

export const isDirty = ({ base, text }: Draft): boolean => base !== text

/** Somebody else changed what is being edited, to something else than this. */
export const isConflict = (draft: Draft): boolean =>
  isDirty(draft) && draft.saved !== draft.base && draft.saved !== draft.text

/** The draft once the store's text is `saved`: it follows, unless somebody is editing it. */
export function followSaved(draft: Draft, saved: string): Draft {
  if (saved === draft.saved) return draft
  return isDirty(draft) && draft.text !== saved ? { ...draft, saved } : beginDraft(saved)
}
