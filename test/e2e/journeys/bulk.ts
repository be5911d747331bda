import { expect } from 'vitest'
import { type Driver, findRow, see } from './driver.ts'
import { makeTenant } from './first-run.ts'
import { expectAnswer, expectSilence, portOf } from './packets.ts'
import type { World } from './world.ts'

const both = ['bakery', 'boxoffice'] as const

/** Two more tenants, and the same done with both at once. */
export async function changeSeveral(driver: Driver, world: World): Promise<void> {
  const { page, goTo, press, fill, selectTenants } = driver
  const ports = [portOf(1), portOf(2)]
  await goTo('Tenants')
  for (const name of both) {
    await press(['button', 'New tenant'])
    await makeTenant(driver, name)
  }
  await selectTenants(both)
  await see(page, '2 selected')
  await press(['button', 'Allow…'])
  await fill('Allowed addresses', world.client.address4)
  await press(['button', 'Allow 1 entry'])
  await see(page, '2 changed')
  await press(['button', 'Put away'])
  for (const port of ports) await expectAnswer(world, port)
  await press(['button', 'Suspend'])
  await see(page, '2 suspended')
  for (const name of both) await findRow(page, name).getByText('Suspended').waitFor()
  for (const port of ports) await expectSilence(world, port)
  // The tenant that was not selected is as it was.
  await expectAnswer(world, portOf(0))
  await press(['button', 'Put away'])
  await press(['button', 'Resume'])
  await see(page, '2 resumed')
  await press(['button', 'Each of them'])
  await see(page, 'bakery resumed')
  await press(['button', 'Close'])
  await press(['button', 'Put away'])
  for (const port of ports) await expectAnswer(world, port)
  await press(['button', 'Clear'])
  expect(await page.getByRole('row', { selected: true }).count()).toBe(0)
}
