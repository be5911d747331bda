import { type Driver, see, seeNoMore } from './driver.ts'
import { expectAnswer, expectSilence, portOf } from './packets.ts'
import type { World } from './world.ts'

/** Allow, verify by packets, revoke, verify, and undo that. */
export async function changeAccess(driver: Driver, world: World): Promise<void> {
  const { page, press, fill, openTenant } = driver
  const { address4 } = world.client
  const entry = `${address4}/32`
  await openTenant('acme')
  await see(page, 'Nobody gets in.')
  // One line that is no address is said to be none, and does not stand in the way of the others.
  await fill('Addresses to allow', `${address4} = office\n203.0.113.999`)
  await press(['button', 'Allow 1 entry, leave out 1'])
  await see(page, `${entry} was added.`)
  await expectAnswer(world, portOf(0))
  await press(['button', `Remove ${entry}`])
  await see(page, `${entry} was removed.`)
  await expectSilence(world, portOf(0))
  await press(['button', 'Undo'])
  await see(page, `${entry} was added.`)
  await see(page, 'office')
  await expectAnswer(world, portOf(0))
  await seeNoMore(page, 'Nobody gets in.')
}
