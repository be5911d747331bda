import { type PressedKey, readLetter } from '../../frame/match-keys.ts'

/** The command of a key while the table has the focus. */
export type GridCommand =
  | {
      readonly kind: 'move'
      readonly to: 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last'
      readonly extend: boolean
    }
  | { readonly kind: 'open' | 'toggle' | 'select-all' | 'delete' | 'search' | 'clear' | 'menu' | 'copy' }

const moves: Readonly<Record<string, (GridCommand & { kind: 'move' })['to']>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
}

/** @returns undefined for a key that the table does not know, which the page then gets */
export function readGridKey(pressed: Omit<PressedKey, 'altGraph'>): GridCommand | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = pressed
  if (altKey) return undefined
  const to = moves[key]
  if (to !== undefined) return { kind: 'move', to, extend: shiftKey }
  if (ctrlKey || metaKey) {
    switch (shiftKey ? undefined : readLetter(pressed)) {
      case 'a':
        return { kind: 'select-all' }
      case 'c':
        return { kind: 'copy' }
      default:
        return undefined
    }
  }
  switch (key) {
    case 'Enter':
      return { kind: 'open' }
    case ' ':
      return { kind: 'toggle' }
    case 'Delete':
      return { kind: 'delete' }
    case '/':
      return { kind: 'search' }
    case 'Escape':
      return { kind: 'clear' }
    case 'ContextMenu':
      return { kind: 'menu' }
    case 'F10':
      return shiftKey ? { kind: 'menu' } : undefined
    default:
      return undefined
  }
}

/** The row that a move ends at, from 0. */
export function moveRow(
  from: number,
  to: (GridCommand & { kind: 'move' })['to'],
  rows: number,
  page: number,
): number {
  const last = rows - 1
  const by = { up: -1, down: 1, 'page-up': -page, 'page-down': page, first: -rows, last: rows }[to]
  // Without a current row, the first key goes to an end of the list and not past it.
  if (from < 0) return to === 'last' || to === 'up' ? last : 0
  return Math.max(0, Math.min(last, from + by))
}
