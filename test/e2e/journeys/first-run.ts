import { type Driver, findRow, see } from './driver.ts'
import { expectSilence, portOf } from './packets.ts'
import type { World } from './world.ts'

/** Nothing is there; at the end a prepared host and a tenant that runs and lets nobody in. */
export async function firstRun(driver: Driver, world: World): Promise<void> {
  const { page, press, fill } = driver
  const { host, identityFile } = world
  await see(page, 'Where should the caches run?')
  await fill('Address', `${host.user}@${host.address4}`)
  await press(['button', 'User, port, key, name'])
  await fill('Key file', identityFile)
  await fill('Name in this panel', host.name)
  await press(['button', 'Connect'])
  // The key that the host has, and not only some key.
  await see(page, 'Is this the right server?')
  await see(page, host.hostKeyFingerprint)
  await press(['button', 'It is the same, connect'])
  await see(page, 'What would be done')
  await fill(/^Password of sudo/, 'not the password')
  await press(['button', 'Prepare this host'])
  await see(page, 'did not accept the password', 30_000)
  await fill(/^Password of sudo/, host.sudoPassword)
  await press(['button', 'Prepare this host'])
  await see(page, `${host.name} is ready.`, 60_000)
  await press(['link', 'Make a tenant'])
  await makeTenant(driver, 'acme')
  await expectSilence(world, portOf(0))
}

/** Gives the name in the open dialog and waits until the tenant runs. */
export async function makeTenant({ page, press, fill }: Driver, name: string): Promise<void> {
  await fill('Name', name)
  await press(['button', 'Create'])
  await see(page, `${name} is ready`, 30_000)
  await findRow(page, name).getByText('Running').waitFor()
}
