import type { Page } from 'playwright-core'
import { type Driver, see, seeNoMore } from './driver.ts'

/** The first time it is built; the rest takes some 7 s. */
const upWithinMs = 90_000

/** From the first screen to a sandbox under way. */
export async function startSandbox({ page, press }: Driver): Promise<void> {
  await see(page, 'Try it in a sandbox')
  await press(['button', 'Start a sandbox'])
  await see(page, 'Making the sandbox.')
}

/** Waits until it is up. */
export async function awaitSandbox({ page }: Driver): Promise<void> {
  await see(page, 'The sandbox is up, and does what it should.', upWithinMs)
  await see(page, 'Client 1 is revoked while it is connected')
}

/** Waits until it is up, and opens its panel in a tab of its own. */
export async function openSandbox(driver: Driver): Promise<Page> {
  const { page, press } = driver
  await awaitSandbox(driver)
  const opening = page.context().waitForEvent('page')
  await press(['button', 'Open the sandbox'])
  const opened = await opening
  await see(page, 'Its panel opens in a new tab.')
  return opened
}

/** Takes it away again; then another one can be started. */
export async function stopSandbox({ page, press }: Driver): Promise<void> {
  await press(['button', 'Stop it'])
  await see(page, 'Start a sandbox', 30_000)
  await seeNoMore(page, 'Removing the sandbox')
}
