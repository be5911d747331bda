import { type Driver, findRow } from './driver.ts'
import type { World } from './world.ts'

/** The page is loaded again while a tenant is made: what was begun goes on, and the page that comes shows it. */
export async function reloadWhileCreating(driver: Driver, { host }: World): Promise<void> {
  const { page, goTo, press, fill } = driver
  await goTo('Tenants')
  await host.pauseDocker()
  try {
    await press(['button', 'New tenant'])
    await fill('Name', 'dahlia')
    await press(['button', 'Create'])
    await findRow(page, 'dahlia').getByText('Creating').waitFor()
    await page.reload()
    await findRow(page, 'dahlia').getByText('Creating').waitFor()
  } finally {
    await host.resumeDocker()
  }
  await findRow(page, 'dahlia').getByText('Running').waitFor({ timeout: 40_000 })
}
