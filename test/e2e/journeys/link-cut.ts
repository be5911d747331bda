import { until } from '../../hosts/condition.ts'
import { type Driver, findRow, see, seeNoMore } from './driver.ts'
import { makeTenant } from './first-run.ts'
import type { World } from './world.ts'

/** The link to the host goes while a tenant is made: the panel says so, and nothing half made is left. */
export async function cutLinkWhileCreating(driver: Driver, world: World): Promise<void> {
  const { page, goTo, press, fill } = driver
  const { host } = world
  await goTo('Tenants')
  // Docker stands still, so that the link goes in the middle and not before or after.
  await host.pauseDocker()
  try {
    await press(['button', 'New tenant'])
    await fill('Name', 'cinder')
    await press(['button', 'Create'])
    await findRow(page, 'cinder').getByText('Creating').waitFor()
    await until('a request waits for Docker', async () => {
      const { stdout } = await host.exec(['ss', '-Hxl', 'src', '*/docker.sock'])
      return Number(stdout.split(/\s+/)[2]) > 0
    })
    await host.stopSsh()
    await see(page, 'cinder was not created', 40_000)
    await goTo('Hosts')
    await see(page, 'Not reached', 40_000)
    await goTo('Tenants')
    await findRow(page, 'acme').getByText('Unknown').waitFor()
  } finally {
    await host.resumeDocker()
    await host.startSsh()
  }
  await findRow(page, 'acme').getByText('Running').waitFor({ timeout: 40_000 })
  // The rest of it is taken back as soon as the host answers; then its name is free.
  await see(page, 'Undone: tenant create of cinder, which had failed', 40_000)
  await press(['button', 'Try again'])
  await makeTenant(driver, 'cinder')
  await seeNoMore(page, 'was not created')
}
