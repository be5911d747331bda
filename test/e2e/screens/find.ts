import type { Locator, Page } from 'playwright-core'

/** What is pressed, by the role and name that a screen reader says. */
export function control(
  page: Page,
  role: 'button' | 'link' | 'menuitem' | 'tab',
  name: string | RegExp,
): Locator {
  return page
    .getByRole(role, { name, exact: typeof name === 'string' })
    .filter({ visible: true })
    .last()
}

/** Waits until words are on the screen; when they do not come, tells what is there instead. */
export async function see(page: Page, words: string | RegExp, timeout = 30_000): Promise<void> {
  const found = page.getByText(words).filter({ visible: true }).first()
  await found.waitFor({ timeout }).catch(async (error: unknown) => {
    const shown = await page.locator('body').innerText()
    throw new Error(`“${words}” does not come; on the screen is\n${shown}`, { cause: error })
  })
}

/** Goes to an address of the page: `/tenants`. */
export async function go(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${place}`)}`)
}

/** Puts all toasts away. */
export async function putAwayToasts(page: Page): Promise<void> {
  const close = page.locator('.mantine-Notification-closeButton').first()
  while (await close.isVisible()) {
    await close.click({ timeout: 2_000 }).catch(() => {})
    await page.waitForTimeout(50)
  }
}

/** The row of a tenant in the table. */
export function row(page: Page, name: string): Locator {
  const link = page.getByRole('link', { name, exact: true })
  return page.getByRole('grid', { name: 'Tenants' }).getByRole('row').filter({ has: link })
}
