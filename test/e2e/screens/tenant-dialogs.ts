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

/** What an action of a tenant asks before it begins, and how the work looks while it goes on. */
export async function photographTenantDialogs({ camera, host }: Stage): Promise<void> {
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
    await dialog(page)
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
  await photographWork({ camera, host })
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

/** The restart stands still with Docker, so that there is time for the pictures; then it is called off. */
async function photographWork({ camera, host }: Pick<Stage, 'camera' | 'host'>): Promise<void> {
  const { page, take } = camera
  const { name } = host
  await page.getByRole('link', { name, exact: true }).first().waitFor()
  await host.pauseDocker()
  try {
    await control(page, 'button', 'More actions').click()
    await control(page, 'menuitem', /^Restart/).click()
    await (await dialog(page)).getByRole('button', { name: 'Restart' }).click()
    await see(page, 'Restarting acme')
    await take('tenant-restarting')
  } finally {
    await host.resumeDocker()
  }
  await see(page, /acme is restarted/, 60_000)
}
