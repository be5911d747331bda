import { findDialog } from './find-dialog.ts'
import { type FocusStop, findHome, findTwin } from './focus-trail.ts'

/**
 * Gives the focus to a screen that was just come to, unless something in it or a dialog has taken it: a screen reader
 * says where that is, and keys go on from there.
 * @param last what had the focus before
 */
export function settleOnScreen(last: FocusStop | undefined): void {
  const main = document.querySelector('main')
  const active = document.activeElement
  if (main === null || findDialog() !== undefined || (active !== main && main.contains(active))) return
  const twin = last?.isShown === true && !last.element.isConnected ? findTwin(last.element) : undefined
  const target = twin ?? findHome(main)
  if (target === undefined) return
  // It is a whole screen: where that is needs no ring until keys do something with it.
  if (target !== twin) target.dataset['arrived'] = ''
  target.focus({ preventScroll: true })
}

/** From now on a ring shows that the element has the focus. */
export function endArrival(element: EventTarget | null): void {
  if (element instanceof HTMLElement) delete element.dataset['arrived']
}
