import type { Camera } from './camera.ts'
import { control, dialog, go, leave, row, see, seeNoMore } from './find.ts'
import type { MemoryWords } from './memory-panel.ts'

type Say = (words: MemoryWords) => void

/** One of the 10,000 while it is restarted, on a host that takes its time. Its screen is shown. */
export async function photographWork({ page, take }: Camera, say: Say): Promise<void> {
  await control(page, 'button', 'More actions').click()
  await control(page, 'menuitem', /^Restart/).click()
  const asked = await dialog(page)
  say('slower')
  await asked.getByRole('button', { name: 'Restart' }).click()
  await page.getByRole('main').locator('li[data-state="started"]').first().waitFor({ timeout: 60_000 })
  await take('tenant-restarting')
  say('well')
  await see(page, /is restarted/, 60_000)
}

/** The same done with many of the 10,000, and a tenant that cannot be made. */
export async function photographBulk({ page, take }: Camera, say: Say): Promise<void> {
  await go(page, '/tenants')
  await page.getByLabel('Search tenants').fill('acme')
  await see(page, /^\d+ of 10,000$/)
  await page.getByRole('grid', { name: 'Tenants' }).focus()
  await page.keyboard.press('Control+a')
  await control(page, 'button', 'Allow…').click()
  const allow = await dialog(page)
  await allow
    .getByLabel('Allowed addresses')
    .fill('203.0.113.0/26 = new office\n203.0.113.7\n198.51.100.0/24 = data centre\n203.0.113.999')
  await see(page, 'Line 4')
  await take('bulk-allow')
  await leave(page)
  await control(page, 'button', 'Tags…').click()
  await dialog(page)
  await take('bulk-tags')
  await leave(page)
  await control(page, 'button', 'Revoke…').click()
  await (await dialog(page)).getByLabel('Addresses to revoke').first().click()
  await take('bulk-revoke')
  await leave(page)
  say('slow')
  await control(page, 'button', 'Suspend').click()
  const suspend = await dialog(page)
  await take('bulk-suspend')
  await suspend.getByRole('button', { name: /^Suspend/ }).click()
  await see(page, /Suspending: (\d\d|[8-9]) of/, 60_000)
  await take('bulk-running')
  say('memory4-down')
  await see(page, /\d+ suspended, \d+ failed/, 60_000)
  await take('bulk-ended')
  await control(page, 'button', 'Each of them').click()
  await dialog(page)
  await take('bulk-results')
  await leave(page)
  await control(page, 'button', 'Put away').click()
  say('well')
  await control(page, 'button', 'Clear').click()
  await page.getByLabel('Search tenants').fill('')
  await see(page, /[\d,]+ running/)
  await seeNoMore(page, /[\d,]+ unknown/, 60_000)
  say('slow')
  await control(page, 'button', 'New tenant').click()
  await page.getByLabel('Name').fill('harbour-cafe')
  await control(page, 'button', 'Create').click()
  await row(page, 'harbour-cafe').getByText('Creating').waitFor({ timeout: 30_000 })
  say('memory1-down')
  await see(page, 'harbour-cafe was not created', 60_000)
  await take('notice-failed')
  say('well')
}
