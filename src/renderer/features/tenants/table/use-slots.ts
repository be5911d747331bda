import type { Range } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'

/** A row to draw, and which of the elements draws it. */
export interface Slot {
  readonly index: number
  readonly slot: number
}

/**
 * The rows to draw: always the same number of them, so that each is one of as many elements. While the table scrolls, an
 * element that leaves at one end is filled anew and shown at the other; making and removing elements costs several times
 * as much.
 * @param size how many elements there are, at least as many as can be seen
 */
export function listRows({ startIndex, overscan, count }: Range, size: number): number[] {
  const from = Math.max(0, Math.min(startIndex - overscan, count - size))
  return Array.from({ length: Math.min(size, count - from) }, (_, place) => from + place)
}

/** By the place of their element, or elements would be moved about in the document. */
export function toSlots(indexes: readonly number[], size: number): readonly Slot[] {
  return indexes.map((index) => ({ index, slot: index % size })).sort((a, b) => a.slot - b.slot)
}

/** For the virtualizer, and for what it says is to be drawn. The number of elements only grows, with the window. */
export function useSlots() {
  const size = useRef(1)
  const rangeExtractor = useCallback((range: Range): number[] => {
    size.current = Math.max(size.current, range.endIndex - range.startIndex + 1 + 2 * range.overscan)
    return listRows(range, size.current)
  }, [])
  const slotsOf = useCallback(
    (items: readonly { readonly index: number }[]) =>
      toSlots(
        items.map(({ index }) => index),
        size.current,
      ),
    [],
  )
  return { rangeExtractor, slotsOf }
}
