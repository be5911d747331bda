import { useEffect } from 'react'
import { findDialog } from './find-dialog.ts'
import {
  addStop,
  type FocusStop,
  findHome,
  findInLayer,
  findInNextRow,
  findOpener,
  findTwin,
  type Gap,
  isUsable,
} from './focus-trail.ts'
import { readPath } from './hash-location.ts'
import { endArrival, settleOnScreen } from './settle-on-screen.ts'

/**
 * Keeps the focus in the page. A browser drops it when what has it goes away or can't be used any more; whoever works by
 * keys would begin at the top again. It goes to what led there: from a dialog of a menu to the button of the menu, from
 * a row that is removed to the next, to the same control of a screen that is shown instead, else to the home of that part
 * of the page. Who goes to another screen comes to its home, unless something there has taken the focus.
 */
export function FocusKeeper() {
  useEffect(keepFocus, [])
  return null
}

/** @returns how to end it */
function keepFocus(): () => void {
  let stops: readonly FocusStop[] = []
  let last: FocusStop | undefined
  let gap: Gap | undefined
  // A click beside the control leaves it on purpose: the focus is not sent anywhere.
  let isLeft = false
  let isPointing = false
  let place = readPath()
  let isArriving = false
  let timer: ReturnType<typeof setTimeout> | undefined
  // The control that can't be used for a while, and the place where the focus waits for it.
  let waiting: { readonly element: HTMLElement; readonly at: HTMLElement } | undefined

  const choose = ({ element, layer }: FocusStop): HTMLElement | undefined => {
    const dialog = findDialog()
    const isReached = (target: HTMLElement | undefined): target is HTMLElement =>
      target !== undefined && (dialog?.contains(target) ?? true)
    const next = gap && findInNextRow(gap, element)
    if (isReached(next)) return next
    if (layer?.isConnected === true) return findInLayer(layer)
    const other =
      layer === undefined ? findTwin(element) : findOpener(stops.filter((stop) => stop.element !== element))
    if (isReached(other)) return other
    if (dialog !== undefined) return findInLayer(dialog)
    return findHome(gap?.parent ?? element) ?? findHome(document.querySelector('main') ?? document.body)
  }

  const look = (): void => {
    if (isArriving) {
      isArriving = false
      settleOnScreen(last)
      return
    }
    const active = document.activeElement
    const isHeld = active instanceof HTMLElement && active !== document.body && isUsable(active)
    if (waiting !== undefined && isUsable(waiting.element) && (active === waiting.at || !isHeld)) {
      const { element } = waiting
      waiting = undefined
      element.focus({ preventScroll: true })
      return
    }
    if (isHeld || last === undefined || isUsable(last.element)) return
    if (last.layer === undefined && (isLeft || !last.isShown)) return
    const lost = last
    const target = choose(lost)
    gap = undefined
    if (target === undefined || target === lost.element) return
    target.focus({ preventScroll: true })
    if (lost.element.isConnected) waiting = { element: lost.element, at: target }
  }
  // A dialog that opens now takes it by itself.
  const lookSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(look)
  }

  const arrive = (): void => {
    const before = place
    place = readPath()
    // Before the first there was none to come from.
    if (place === before || before === '/') return
    isArriving = true
    lookSoon()
  }
  const enter = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return
    stops = addStop(stops, target)
    last = stops.at(-1)
    isLeft = false
    gap = undefined
    if (target !== waiting?.at) waiting = undefined
  }
  const leave = ({ target, relatedTarget }: FocusEvent): void => {
    endArrival(target)
    if (relatedTarget === null && isPointing) isLeft = true
  }
  const startPointing = (): void => {
    isPointing = true
    waiting = undefined
    setTimeout(() => {
      isPointing = false
    })
  }
  const type = (): void => {
    waiting = undefined
    endArrival(document.activeElement)
    if (last !== undefined && last.element === document.activeElement) last = { ...last, isShown: true }
  }
  const observer = new MutationObserver((records) => {
    if (last !== undefined && !last.element.isConnected)
      for (const { removedNodes, target, previousSibling, nextSibling } of records)
        for (const removed of removedNodes)
          if (removed instanceof HTMLElement && removed.contains(last.element))
            gap = { removed, parent: target, previous: previousSibling, next: nextSibling }
    // Cheap, because it is asked at every change of the page.
    if (waiting !== undefined || last?.element.isConnected === false || last?.element.matches(':disabled'))
      lookSoon()
  })

  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  const end = new AbortController()
  const { signal } = end
  document.addEventListener('focusin', enter, { signal })
  document.addEventListener('focusout', leave, { signal })
  document.addEventListener('pointerdown', startPointing, { signal, capture: true })
  document.addEventListener('keydown', type, { signal, capture: true })
  window.addEventListener('popstate', arrive, { signal })
  window.addEventListener('hashchange', arrive, { signal })
  return () => {
    clearTimeout(timer)
    observer.disconnect()
    end.abort()
  }
}
