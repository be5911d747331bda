import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'

/** How long something on the screen is waited for, unless it is known to take longer; milliseconds. */
export const patienceMs = 15_000

/** A control to press, by the role and the name that a screen reader says. */
export type Control = readonly [
  role: 'button' | 'link' | 'menuitem' | 'tab' | 'checkbox',
  name: string | RegExp,
]

/** Where the navigation leads. */
export type Place = 'Tenants' | 'Hosts' | 'Activity' | 'Settings'

/**
 * An operator's hands. Everything is found by what people see or hear, never by how the page is made, so that a journey
 * is the same by pointer and by keys.
 */
export interface Driver {
  /** Only to look at. */
  readonly page: Page
  goTo(place: Place): Promise<void>
  press(control: Control): Promise<void>
  /** Replaces what is in the field of that name. */
  fill(field: string | RegExp, text: string): Promise<void>
  /** Opens a tenant's screen from anywhere. */
  openTenant(name: string): Promise<void>
  /** Marks exactly these rows of the table of tenants. */
  selectTenants(names: readonly string[]): Promise<void>
}

/** Where a name is looked for: the open dialog, because what is behind it cannot be reached, else the page. */
async function findScope(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog').filter({ visible: true }).last()
  return (await dialog.count()) > 0 ? dialog : page.locator('body')
}

/** Looks again until there is one: a dialog that closes is in the way for a moment. */
async function findIn(page: Page, find: (scope: Locator) => Locator): Promise<Locator> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
    const found = find(await findScope(page))
      .filter({ visible: true })
      .first()
    if ((await found.count()) > 0) return found
    // Asking without a pause would take the processor from the page that is waited for.
    await sleep(25)
  }
  const shown = await page.locator('body').innerText()
  throw new Error(`${find(page.locator('page'))} is not there; on the screen is\n${shown}`)
}

/** A control that can be seen. */
export function findControl(page: Page, [role, name]: Control): Promise<Locator> {
  return findIn(page, (scope) => scope.getByRole(role, { name, exact: typeof name === 'string' }))
}

/** A text field that can be seen. */
export function findField(page: Page, name: string | RegExp): Promise<Locator> {
  return findIn(page, (scope) => scope.getByLabel(name, { exact: typeof name === 'string' }))
}

/** The row of a tenant in the table. */
export function findRow(page: Page, name: string): Locator {
  return page
    .getByRole('grid', { name: 'Tenants' })
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) })
}

/** Waits until words are on the screen; when they do not come, tells what is there instead. */
export async function see(page: Page, words: string | RegExp, timeoutMs = patienceMs): Promise<void> {
  await waitFor(page, words, 'visible', timeoutMs)
}

/** Waits until words are not on the screen. */
export async function seeNoMore(page: Page, words: string | RegExp, timeoutMs = patienceMs): Promise<void> {
  await waitFor(page, words, 'hidden', timeoutMs)
}

async function waitFor(
  page: Page,
  words: string | RegExp,
  state: 'visible' | 'hidden',
  timeout: number,
): Promise<void> {
  const found = page.getByText(words).filter({ visible: true }).first()
  await found.waitFor({ state, timeout }).catch(async (error: unknown) => {
    const shown = await page.locator('body').innerText()
    throw new Error(`${words} is not ${state} after ${timeout} ms; on the screen is\n${shown}`, {
      cause: error,
    })
  })
}
