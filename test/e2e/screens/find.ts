import type { Locator, Page } from 'playwright-core'

/** The control to press, by the role and name that a screen reader says. */
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

/** Waits until words are not on the screen any more. */
export async function seeNoMore(page: Page, words: string | RegExp, timeout = 30_000): Promise<void> {
  await page.getByText(words).filter({ visible: true }).first().waitFor({ state: 'hidden', timeout })
}

/** Waits until a dialog is open, and its form is there. */
export async function dialog(page: Page): Promise<Locator> {
  const opened = page.getByRole('dialog').filter({ visible: true }).last()
  await opened.waitFor()
  return opened
}

/** Closes what is open as its user would: dialog, menu or palette. A list in it that is open takes the first key. */
export async function leave(page: Page): Promise<void> {
  const open = page.locator('[role="dialog"], [role="menu"]').filter({ visible: true })
  for (let many = await open.count(); many > 0; many = await open.count()) {
    const last = await open.last().elementHandle()
    await page.keyboard.press('Escape')
    await last?.waitForElementState('hidden', { timeout: 1_000 }).catch(() => {})
  }
}

/** Puts all toasts away. */
export async function putAwayToasts(page: Page): Promise<void> {
  const toasts = page.locator('.mantine-Notification-root').filter({ visible: true })
  while ((await toasts.count()) > 0) {
    const toast = await toasts
      .first()
      .elementHandle({ timeout: 1_000 })
      .catch(() => null)
    // It may have gone by itself meanwhile.
    await toast
      ?.$('.mantine-Notification-closeButton')
      .then((close) => close?.click({ timeout: 1_000 }))
      .catch(() => {})
    await toast?.waitForElementState('hidden')
  }
}

/** The row of a tenant in the table. */
export function row(page: Page, name: string): Locator {
  const link = page.getByRole('link', { name, exact: true })
  return page.getByRole('grid', { name: 'Tenants' }).getByRole('row').filter({ has: link })
}
