import type { Page } from 'playwright-core'
import type { Camera } from './camera.ts'
import { go, see } from './find.ts'

/** 10,000 tenants on four hosts in memory. */
export async function photographManyTenants({ page, take }: Camera): Promise<void> {
  const grid = page.getByRole('grid', { name: 'Tenants' })
  await grid
    .getByText(/[\d.]+ %/)
    .first()
    .waitFor({ timeout: 60_000 })
  await page.waitForTimeout(2_000)
  // The table has the focus when it comes, and a ring around it.
  await page.getByRole('heading', { name: 'Tenants' }).click()
  await take('tenants-10000')
  const search = page.getByLabel('Search tenants')
  await search.fill('acme')
  await page.waitForTimeout(1_500)
  await take('tenants-10000-search')
  await grid.focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('toolbar', { name: 'With what is selected' }).waitFor()
  await take('tenants-10000-selected')
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').waitFor()
  await take('tenants-10000-delete')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByRole('toolbar').getByRole('button', { name: 'Clear' }).click()
  await search.fill('')
  await page.getByRole('search').getByRole('button', { name: 'State' }).click()
  await page.getByRole('menu').waitFor()
  await take('tenants-10000-filter')
  await page.keyboard.press('Escape')
  await page.getByRole('search').getByRole('button', { name: 'Columns' }).click()
  await see(page, 'Not shown')
  await take('tenants-10000-columns')
  await page.keyboard.press('Escape')
  await sortByName(page)
  await page.waitForTimeout(1_500)
  await take('tenants-10000-scripts')
  await sortByName(page)
  await page.keyboard.press('Control+k')
  await page.getByLabel('Find an action or a tenant').fill('garnet')
  await take('palette-10000')
  await page.keyboard.press('Escape')
  await go(page, '/hosts')
  await see(page, 'Promised')
  await page.waitForTimeout(2_000)
  await take('hosts-10000')
  await go(page, '/tenants?host=memory1')
  await grid.getByRole('link').nth(8).click()
  await see(page, 'Allowed addresses')
  await see(page, /[\d.]+ %/)
  await take('tenant-10000')
}

/** Turns the order round: names in other scripts come first, or last. */
async function sortByName(page: Page): Promise<void> {
  await page.getByRole('columnheader', { name: 'Name' }).getByText('Name').click()
}
