import { useRef } from 'react'

/** Enough for the window of a laptop. */
const fewest = 48

/**
 * Gives every row that is to be drawn one of a fixed number of elements. While the table scrolls, an element that leaves
 * at one end is filled anew and shown at the other; making and removing elements costs several times as much.
 */
export function useSlots(
  items: readonly { readonly index: number }[],
): readonly { readonly index: number; readonly slot: number }[] {
  const most = useRef(fewest)
  most.current = Math.max(most.current, Math.ceil(items.length / 8) * 8)
  const slots = most.current
  // By slot, or elements would be moved about in the document.
  return items.map(({ index }) => ({ index, slot: index % slots })).sort((a, b) => a.slot - b.slot)
}
