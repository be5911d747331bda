/** The marked rows, and the row from which a range with Shift goes. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** The row that was marked last without Shift. */
  readonly anchor: string | undefined
}

export const nothingSelected: Selection = { ids: new Set(), anchor: undefined }

/** Marks a row, or takes the mark away. */
export function toggleRow({ ids }: Selection, id: string): Selection {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: id }
}

/**
 * Marks everything from the anchor to this row, in the order shown, and keeps what was marked.
 * @param from the row to begin at when there is no anchor that is shown
 */
export function selectRange(
  { ids, anchor }: Selection,
  shown: readonly string[],
  id: string,
  from: string | undefined,
): Selection {
  const begin = anchor !== undefined && shown.includes(anchor) ? anchor : (from ?? id)
  const [a, b] = [shown.indexOf(begin), shown.indexOf(id)]
  if (a < 0 || b < 0) return toggleRow({ ids, anchor }, id)
  const range = shown.slice(Math.min(a, b), Math.max(a, b) + 1)
  return { ids: new Set([...ids, ...range]), anchor: begin }
}

/** Marks all that are shown; when they are marked already, none of them. */
export function toggleAll({ ids, anchor }: Selection, shown: readonly string[]): Selection {
  if (shown.length > 0 && shown.every((id) => ids.has(id))) {
    const hidden = new Set(ids)
    for (const id of shown) hidden.delete(id)
    return { ids: hidden, anchor }
  }
  return { ids: new Set([...ids, ...shown]), anchor }
}

/** Without those that are gone; the same value when none is. */
export function keepOnly(selection: Selection, exists: (id: string) => boolean): Selection {
  const kept = [...selection.ids].filter(exists)
  return kept.length === selection.ids.size ? selection : { ...selection, ids: new Set(kept) }
}
