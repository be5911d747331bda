import { type Driver, see } from './driver.ts'
import { expectAnswer, expectSilence, portOf } from './packets.ts'
import type { World } from './world.ts'

/** A tenant that is suspended lets nobody in; resumed, it does, and has its data still. */
export async function suspendAndResume({ page, press, openTenant }: Driver, world: World): Promise<void> {
  await openTenant('acme')
  await press(['button', 'Suspend'])
  await see(page, 'acme is suspended.')
  await expectSilence(world, portOf(0))
  await press(['button', 'Resume'])
  await see(page, 'acme is resumed.')
  await expectAnswer(world, portOf(0))
}
