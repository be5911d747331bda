import { control, go, leave, putAwayToasts, row, see } from './find.ts'
import type { Stage } from './stage.ts'

/** The table of three tenants, what can be done with them, and the palette over it. */
export async function photographTable({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await putAwayToasts(page)
  await row(page, 'thisis@cs50.com')
    .getByText(/[\d.]+ %/)
    .first()
    .waitFor({ timeout: 60_000 })
  await take('tenants-3')
  for (const name of ['acme', 'northwind-shop']) await row(page, name).getByRole('checkbox').click()
  await take('tenants-3-selected')
  await control(page, 'button', 'Clear').click()
  await row(page, 'acme').getByRole('button', { name: 'Actions for acme' }).click()
  await page.getByRole('menu').waitFor()
  await take('tenants-3-menu')
  await leave(page)
  await page.getByLabel('Search tenants').fill('acme state:failed')
  await see(page, 'No tenant is found')
  await take('tenants-3-none-found')
  await control(page, 'button', 'Clear the search').click()
}

/** The palette over the table: its actions, and what is typed. */
export async function photographPalette({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/tenants')
  await row(page, 'acme').waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByLabel('Find an action or a tenant')
  await field.waitFor()
  await take('palette')
  await field.fill('acm')
  await take('palette-found')
  await field.fill('nobody is called that')
  await see(page, 'Nothing is called that')
  await take('palette-none-found')
  await leave(page)
}
