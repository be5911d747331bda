import { expect } from 'vitest'
import { type Driver, findControl, findRow, see } from './driver.ts'
import { expectSilence, portOf } from './packets.ts'
import type { World } from './world.ts'

const countContainers = async ({ host }: World): Promise<number> => {
  const { stdout } = await host.exec(['docker', 'ps', '--all', '--quiet', '--filter', 'name=memharbor-'])
  return stdout.split('\n').filter(Boolean).length
}

/** A tenant is deleted only by typing its name, and then it is gone from the host. */
export async function deleteByName(driver: Driver, world: World): Promise<void> {
  const { page, press, fill, openTenant } = driver
  const before = await countContainers(world)
  await openTenant('boxoffice')
  await press(['button', 'More actions'])
  await press(['menuitem', /^Delete/])
  await fill('Type boxoffice to confirm', 'boxofice')
  expect(await (await findControl(page, ['button', 'Delete'])).isEnabled()).toBe(false)
  await fill('Type boxoffice to confirm', 'boxoffice')
  await press(['button', 'Delete'])
  await see(page, 'boxoffice is deleted.')
  await findRow(page, 'acme').waitFor()
  await expect.poll(() => findRow(page, 'boxoffice').count()).toBe(0)
  expect(await countContainers(world)).toBe(before - 1)
  await expectSilence(world, portOf(2))
}
