import type { Locator, Page } from 'playwright-core'
import type { Camera } from './camera.ts'
import { control, go, leave, see, seeNoMore } from './find.ts'

const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Tenants' })

/** 10,000 tenants on four hosts in memory. */
export async function photographManyTenants({ page, take }: Camera): Promise<void> {
  await see(page, /^10,000$/, 60_000)
  await see(page, /^[\d.]+ %$/, 60_000)
  await seeNoMore(page, /^[\d,]+ unknown/, 60_000)
  await take('tenants-10000')
  const search = page.getByLabel('Search tenants')
  await search.fill('acme')
  await see(page, /^\d+ of 10,000$/)
  await take('tenants-10000-search')
  await grid(page).focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('toolbar', { name: 'With what is selected' }).waitFor()
  await take('tenants-10000-selected')
  await control(page, 'button', 'Delete…').click()
  await see(page, /^Delete \d+ tenants\?$/)
  await take('tenants-10000-delete')
  await leave(page)
  await control(page, 'button', 'Clear').click()
  await search.fill('')
  await page.getByRole('search').getByRole('button', { name: 'State' }).click()
  await page.getByRole('menu').waitFor()
  await take('tenants-10000-filter')
  await leave(page)
  await page.getByRole('search').getByRole('button', { name: 'Columns' }).click()
  await see(page, 'Not shown')
  await take('tenants-10000-columns')
  await leave(page)
  await sortByName(page, 'descending')
  // Where the names in Arabic end and those in Hebrew begin.
  await page.evaluate(`document.querySelector('[role="grid"]').scrollTop = ${187 * 31}`)
  await grid(page).getByText('ספריה-ירוקה').first().waitFor()
  await take('tenants-10000-scripts')
  await sortByName(page, 'ascending')
  await grid(page).getByText('acme_ads_3').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByLabel('Find an action or a tenant').fill('garnet')
  await page
    .getByRole('dialog')
    .getByText(/^garnet/)
    .first()
    .waitFor()
  await take('palette-10000')
  await leave(page)
  await go(page, '/hosts')
  await page
    .getByText(/promised of/)
    .nth(3)
    .waitFor()
  await take('hosts-10000')
  await go(page, '/tenants?host=memory1')
  await grid(page).getByRole('link').nth(3).click()
  await see(page, /sets a value, reads it/)
  await see(page, /^[\d.,]+\/s$/)
  await take('tenant-10000')
}

/** Turns the order round: names in other scripts come last in the one, first in the other. */
async function sortByName(page: Page, order: 'ascending' | 'descending'): Promise<void> {
  const header = page.getByRole('columnheader', { name: 'Name' })
  await header.getByText('Name').click()
  await page.locator(`th[aria-sort="${order}"]`).filter({ hasText: 'Name' }).waitFor()
}
