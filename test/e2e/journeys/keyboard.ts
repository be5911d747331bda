import type { ElementHandle, Locator, Page } from 'playwright-core'
import { type Control, type Driver, findControl, findField, findRow, type Place } from './driver.ts'

/** More stops than a screen has, menus and a table with many columns included. */
const mostStops = 150

/** So many stops after an element was looked for it is looked for again: the page may have put another in its place. */
const stopsUntilLook = 20

/** The keys of the places, as the command palette tells them. */
const placeKeys: Readonly<Record<Place, string>> = {
  ...{ Tenants: 'Control+1', Hosts: 'Control+2', Activity: 'Control+3', Settings: 'Control+,' },
}

/** The part of an element of the page that is used here; the functions below run there. */
interface Shown {
  readonly ownerDocument: {
    readonly activeElement: unknown
    readonly defaultView: { getComputedStyle(element: Shown): Readonly<Record<string, string>> }
  }
  readonly nextElementSibling: Shown | null
  readonly isConnected: boolean
  closest(selector: string): Shown | null
}

const isFocused = (element: Shown): boolean => element === element.ownerDocument.activeElement

/** Null where the element is no longer in the page. */
const observeFocus = (element: Shown): boolean | null =>
  element.isConnected ? element === element.ownerDocument.activeElement : null

/** The look that shows the focus: of the element, its label and the part drawn in its place. */
const readLook = (element: Shown): string => {
  const { defaultView } = element.ownerDocument
  return [element, element.closest('label') ?? element, element.nextElementSibling ?? element]
    .map((each) => defaultView.getComputedStyle(each))
    .map((style) => ['outline', 'boxShadow', 'borderColor', 'backgroundColor'].map((name) => style[name]))
    .join('; ')
}

const findElement = async (target: Locator): Promise<ElementHandle<Shown>> =>
  (await target.elementHandle()) as ElementHandle<Shown>

/** By keys alone: Tab, arrows, Enter, Space, typing, and the keys that the command palette tells. */
export function useKeyboard(page: Page): Driver {
  const { keyboard } = page

  /** Presses a key until the focus is on the element; then it has to look otherwise than before. */
  const walkTo = async (target: Locator, key: 'Tab' | 'ArrowDown'): Promise<void> => {
    await target.waitFor({ timeout: 15_000 })
    if (await target.evaluate(isFocused)) return
    const before = await target.evaluate(readLook)
    // A search by role and name reads the whole page, which takes longer than all else at a stop.
    let found = await findElement(target)
    for (let stop = 0; stop < mostStops; stop += 1) {
      await keyboard.press(key)
      if (stop % stopsUntilLook === stopsUntilLook - 1) found = await findElement(target)
      let isThere = await found.evaluate(observeFocus)
      if (isThere === null) {
        found = await findElement(target)
        isThere = await found.evaluate(isFocused)
      }
      if (!isThere) continue
      const shown = async (): Promise<boolean> => (await target.evaluate(readLook)) !== before
      for (let look = 0; look < 20; look += 1) if (await shown()) return
      throw new Error(`nothing shows that the focus is on ${target}`)
    }
    throw new Error(`${mostStops} times ${key} do not lead to ${target}`)
  }

  const press = async (control: Control): Promise<void> => {
    const [role] = control
    await walkTo(await findControl(page, control), role === 'menuitem' ? 'ArrowDown' : 'Tab')
    await keyboard.press(role === 'checkbox' ? 'Space' : 'Enter')
  }

  /** By the command palette, as somebody would who knows what it is called. */
  const find = async (words: string): Promise<void> => {
    await keyboard.press('Control+K')
    const field = page.getByLabel('Find an action or a tenant')
    // It is there a moment before it has the focus.
    await field.and(page.locator(':focus')).waitFor()
    await keyboard.insertText(words)
    await page.getByRole('dialog').getByText(words, { exact: true }).first().waitFor()
    await keyboard.press('Enter')
    await field.waitFor({ state: 'hidden' })
  }

  const goTo = (place: Place): Promise<void> => keyboard.press(placeKeys[place])

  return {
    page,
    goTo,
    press,
    async fill(field, text) {
      await walkTo(await findField(page, field), 'Tab')
      await keyboard.press('Control+A')
      await keyboard.press('Delete')
      await keyboard.insertText(text)
    },
    openTenant: (name) => find(name),
    async selectTenants(names) {
      await goTo('Tenants')
      const grid = page.getByRole('grid', { name: 'Tenants' })
      await walkTo(grid, 'Tab')
      await keyboard.press('Home')
      for (const name of names) {
        const row = findRow(page, name)
        while ((await row.getAttribute('id')) !== (await grid.getAttribute('aria-activedescendant')))
          await keyboard.press('ArrowDown')
        await keyboard.press('Space')
        await keyboard.press('Home')
      }
    },
  }
}

/** @returns how often a pointer was used in the page since it was loaded; to be called before that */
export async function watchPointers(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(`{
    window.pointersSeen = 0
    for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel'])
      window.addEventListener(kind, () => (window.pointersSeen += 1), true)
  }`)
  return () => page.evaluate<number>('window.pointersSeen')
}
