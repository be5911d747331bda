import { control, dialog, leave, see } from './find.ts'
import type { Stage } from './stage.ts'

/** Each dialog of the menu, by its entry there. */
const dialogs = [
  [/^Resize/, 'tenant-resize'],
  [/^Rename/, 'tenant-rename'],
  [/^Restart/, 'tenant-restart'],
  [/^Flush/, 'tenant-flush'],
  [/^Change the connection limit/, 'tenant-limit'],
  [/^Change the port/, 'tenant-move'],
] as const

/** The questions of a tenant's actions before they begin. */
export async function photographTenantDialogs({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await control(page, 'button', 'Hand over…').click()
  await page.getByLabel('Text for the tenant').waitFor()
  await take('tenant-hand-over')
  await leave(page)
  const openMenu = async (): Promise<void> => {
    await control(page, 'button', 'More actions').click()
    await page.getByRole('menu').waitFor()
  }
  await openMenu()
  await take('tenant-menu')
  await leave(page)
  for (const [entry, name] of dialogs) {
    await openMenu()
    await control(page, 'menuitem', entry).click()
    const asked = await dialog(page)
    if (name === 'tenant-resize') await asked.getByText('32 MB', { exact: true }).click()
    await take(name)
    await leave(page)
  }
  await openMenu()
  await control(page, 'menuitem', /^Delete/).click()
  await see(page, 'Delete acme?')
  await page.getByLabel('Type acme to confirm').fill('acm')
  await take('tenant-delete')
  await leave(page)
  await openMenu()
  await control(page, 'menuitem', /^Upgrade/).click()
  await see(page, /runs the host's current image/)
  await take('tenant-upgraded')
  await control(page, 'button', 'Put away').click()
  await photographSuspended({ camera })
}

async function photographSuspended({ camera }: Pick<Stage, 'camera'>): Promise<void> {
  const { page, take } = camera
  await control(page, 'button', 'Suspend').click()
  await see(page, 'acme is suspended.')
  await control(page, 'button', 'Put away').click()
  await take('tenant-suspended')
  await control(page, 'button', 'Resume').first().click()
  await see(page, 'acme is resumed.')
  await control(page, 'button', 'Put away').click()
}
