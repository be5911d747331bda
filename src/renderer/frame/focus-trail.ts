/** Where the focus was, and the menu or dialog that it was in: such a layer goes as a whole, and with it what is in it. */
export interface FocusStop {
  readonly element: HTMLElement
  readonly layer: HTMLElement | undefined
  /** Whether it is shown where the focus is: not after a button was pressed with the pointer. */
  readonly isShown: boolean
}

/** From where something was taken out of the page. */
export interface Gap {
  readonly removed: HTMLElement
  readonly parent: Node
  readonly previous: Node | null
  readonly next: Node | null
}

/** Notices are on top of the page, not in it. */
const layers = '[role="dialog"], [role="menu"], body > :not(#root) [role="alert"]'

/** More stops than menus and dialogs lead to each other. */
const mostStops = 20

/** @param stops the latest last */
export function addStop(stops: readonly FocusStop[], element: HTMLElement): readonly FocusStop[] {
  const layer = element.closest<HTMLElement>(layers) ?? undefined
  const stop = { element, layer, isShown: element.matches(':focus-visible') }
  return [...stops.filter((each) => each.element !== element), stop].slice(-mostStops)
}

/** Whether it can have the focus. */
export function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility()
}

const controls = 'a[href], button, input, select, textarea, [tabindex]'

const listControls = (element: HTMLElement): HTMLElement[] => [
  ...element.querySelectorAll<HTMLElement>(controls),
]

/** The same control of the row that took the place of one that was removed, or of the one before. */
export function findInNextRow({ removed, next, previous }: Gap, lost: HTMLElement): HTMLElement | undefined {
  const place = listControls(removed).indexOf(lost)
  if (place < 0) return undefined
  for (const row of [next, previous]) {
    if (!(row instanceof HTMLElement) || !isLike(row, removed)) continue
    const usable = listControls(row).filter(isUsable)
    const found = usable[place] ?? usable[0]
    if (found !== undefined) return found
  }
  return undefined
}

/** The control with the same label for the subject shown now: `Next tenant` on the screen of the next one. */
export function findTwin({ tagName, ariaLabel }: HTMLElement): HTMLElement | undefined {
  if (ariaLabel === null) return undefined
  return [...document.querySelectorAll<HTMLElement>(`main ${tagName}`)].find(
    (each) => each.ariaLabel === ariaLabel && isUsable(each),
  )
}

/** Rows of one list look alike. */
const isLike = (a: HTMLElement, b: HTMLElement): boolean =>
  a.tagName === b.tagName && a.className === b.className && a.role === b.role

/**
 * The home of the focus in a part of the page: the last element marked by `data-focus-home`, in the nearest part around
 * that has one. `data-focus-part` marks a part; the screen as a whole is one too.
 */
export function findHome(from: Node): HTMLElement | undefined {
  for (let around: Node | null = from; around !== null; around = around.parentNode) {
    const part = around
    if (!(part instanceof HTMLElement) || !part.isConnected || !part.matches(parts)) continue
    const homes = [...part.querySelectorAll<HTMLElement>('[data-focus-home]')]
    const home = homes.findLast((each) => each.closest(parts) === part && isUsable(each))
    if (home !== undefined) return home
  }
  return undefined
}

const parts = '[data-focus-part], main, body'

/** In a dialog or menu that is still open: the field that it begins with, never a button that does something. */
export function findInLayer(layer: HTMLElement): HTMLElement {
  const field = layer.querySelector<HTMLElement>('[data-autofocus]:not(button), [data-menu-item]:enabled')
  return field !== null && isUsable(field) ? field : layer
}

/** The opener of a layer that is gone: the last one that is still there; undefined where its screen is gone too. */
export function findOpener(stops: readonly FocusStop[]): HTMLElement | undefined {
  for (const { element, layer } of stops.toReversed()) {
    if (isUsable(element)) return element
    if (layer === undefined) return undefined
  }
  return undefined
}
