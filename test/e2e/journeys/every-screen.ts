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
  await page.keyboard.press('Escape')
  await press(['button', 'New tenant'])
  await press(['button', /^More/])
  await fill('Name', 'acme')
  await fill('Allowed addresses', `${client.address4} = office\nnobody`)
  await see(page, 'Line 2')
  await check(page, 'a new tenant with what is wrong', findings)
  await fill('Name', 'bakery')
  await fill('Allowed addresses', `${client.address4} = office`)
  await makeTenant(driver, 'bakery')
  await press(['button', 'Columns'])
  await page.keyboard.press('Escape')
  await press(['button', 'State'])
  await page.keyboard.press('Escape')
  await selectTenants(['acme', 'bakery'])
  await press(['button', 'Delete…'])
  await press(['button', 'Cancel'])
  await press(['button', 'Suspend'])
  await see(page, '2 suspended')
  await press(['button', 'Each of them'])
  await press(['button', 'Close'])
  await openTenant('bakery')
  for (const tab of ['Activity', 'Logs', 'Settings', 'Connect']) await press(['tab', tab])
  await fill('Addresses to allow', 'anyone')
  await press(['button', 'Open to anyone…'])
  await press(['button', 'Cancel'])
  await fill('Addresses to allow', '')
  await press(['button', 'Hand over…'])
  await page.keyboard.press('Escape')
  await press(['button', 'Resize…'])
  await press(['button', 'Cancel'])
  await press(['button', 'More actions'])
  await page.keyboard.press('Escape')
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
  await press(['button', /Suspend tenant bakery/])
  await goTo('Settings')
}
