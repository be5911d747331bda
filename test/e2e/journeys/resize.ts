import { expect } from 'vitest'
import { type Driver, see } from './driver.ts'
import { portOf, readStat } from './packets.ts'
import type { World } from './world.ts'

const bytesOf = (megabytes: number): number => megabytes * 2 ** 20

/** Grows and shrinks, as memcached itself tells it. */
export async function resize(driver: Driver, world: World): Promise<void> {
  await driver.openTenant('acme')
  for (const [megabytes, verb] of [
    [128, 'Grow'],
    [64, 'Shrink'],
  ] as const) {
    const { page, press, fill } = driver
    await press(['button', 'Resize…'])
    await fill('Memory for items, in MB', String(megabytes))
    await press(['button', verb])
    await confirmLoss(driver)
    await see(page, `acme has ${megabytes} MB.`)
    expect(await readStat(world, portOf(0), 'limit_maxbytes')).toBe(bytesOf(megabytes))
  }
}

/** Where something would be dropped the program asks once more. */
async function confirmLoss({ page, press }: Driver): Promise<void> {
  const asked = page.getByRole('dialog', { name: 'Resize acme?' })
  const done = page.getByText(/^acme has \d+ MB\./)
  await asked.or(done).first().waitFor()
  if (await asked.isVisible()) await press(['button', 'Resize'])
}
