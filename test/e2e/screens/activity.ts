import { control, go, leave, row, see } from './find.ts'
import type { Stage } from './stage.ts'

/** The activity with an operation opened, with a filter that none fits, and with one under way. */
export async function photographActivity({ camera, laptop, app, host }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/activity')
  await page.getByRole('button', { name: /Create tenant acme/ }).click()
  await take('activity')
  await control(page, 'button', 'Export').click()
  await page.getByRole('menu').waitFor()
  await take('activity-export')
  await leave(page)
  await page.getByLabel('Search the activity').fill('nobody')
  await see(page, 'Nothing fits this filter')
  await take('activity-none-found')
  await control(page, 'button', 'Clear the filter').click()
  await host.pauseDocker()
  const creating = laptop.run(process.execPath, app.cli, 'tenant', 'create', 'harbour-cafe', '--memory', '64')
  creating.catch(() => {})
  const running = page.getByRole('button', { name: /Create tenant harbour-cafe/ })
  await running.waitFor()
  await running.click()
  await take('activity-running')
  await go(page, '/tenants')
  await row(page, 'harbour-cafe').waitFor()
  await take('tenants-creating')
  await host.resumeDocker()
  await creating
  await laptop.run(process.execPath, app.cli, 'tenant', 'delete', 'harbour-cafe', '--yes')
  await row(page, 'harbour-cafe').waitFor({ state: 'hidden' })
}

export async function photographSettings({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/settings')
  await see(page, 'This program')
  await take('settings')
}
