import type { Page } from 'playwright-core'
import { check, type Findings } from './checking.ts'
import { type Driver, see } from './driver.ts'
import { makeTenant } from './first-run.ts'
import type { World } from './world.ts'

/** Every screen and dialog that the other journeys do not come by. */
export async function visitEveryScreen(
  driver: Driver,
  { client, host }: World,
  findings: Findings,
): Promise<void> {
  const { page, goTo, press, fill, openTenant, selectTenants } = driver
  await goTo('Tenants')
  await page.keyboard.press('Control+K')
  await page.keyboard.insertText('a')
  await see(page, 'Add a host')
  await check(page, 'the command palette', findings)
  await putAway(page)
  await press(['button', 'New tenant'])
  await press(['button', /^More/])
  await fill('Name', 'acme')
  await fill('Allowed addresses', `${client.address4} = office\nnobody`)
  await see(page, 'Line 2')
  await check(page, 'a new tenant with what is wrong', findings)
  await fill('Name', 'library')
  await fill('Allowed addresses', `${client.address4} = office`)
  await makeTenant(driver, 'library')
  await press(['button', 'Columns'])
  await putAway(page)
  await press(['button', 'State'])
  await putAway(page)
  await selectTenants(['acme', 'library'])
  await press(['button', 'Delete…'])
  await press(['button', 'Cancel'])
  await press(['button', 'Suspend'])
  await see(page, '2 suspended')
  await press(['button', 'Each of them'])
  await press(['button', 'Close'])
  await openTenant('library')
  for (const tab of ['Activity', 'Logs', 'Settings', 'Connect']) await press(['tab', tab])
  await fill('Addresses to allow', 'anyone')
  await press(['button', 'Open to anyone…'])
  await press(['button', 'Cancel'])
  await fill('Addresses to allow', '')
  await press(['button', 'Hand over…'])
  await putAway(page)
  await press(['button', 'Resize…'])
  await press(['button', 'Cancel'])
  await press(['button', 'More actions'])
  await putAway(page)
  await goTo('Hosts')
  await press(['link', host.name])
  await see(page, 'Check again')
  await press(['button', `Actions for ${host.name}`])
  await press(['menuitem', 'Edit…'])
  await press(['button', 'Cancel'])
  await goTo('Hosts')
  await press(['link', 'Add a host'])
  await press(['button', 'Connect'])
  await goTo('Activity')
  await press(['button', /Suspend tenant library/])
  await goTo('Settings')
}

/** Escape, once what was opened has the focus: before that the key is not for it. */
async function putAway(page: Page): Promise<void> {
  const opened = page.locator('[role="menu"]:focus-within, [role="dialog"]:focus-within')
  await opened.waitFor()
  await page.keyboard.press('Escape')
  await opened.waitFor({ state: 'hidden' })
}
