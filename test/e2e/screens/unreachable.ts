import { control, dialog, go, row, see, seeNoMore } from './find.ts'
import type { Stage } from './stage.ts'

/** The host does not answer. */
export async function photographUnreachable({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/tenants')
  await row(page, 'acme').getByText('Running').waitFor({ timeout: 60_000 })
  await host.stopSsh()
  await host.cutSsh()
  await row(page, 'acme').getByText('Unknown').waitFor({ timeout: 60_000 })
  await take('tenants-3-unreachable')
  await page.getByRole('link', { name: 'acme', exact: true }).click()
  await see(page, 'What is shown is what was asked for.')
  await take('tenant-unreachable')
  await go(page, '/hosts')
  await see(page, 'does not answer')
  await take('hosts-unreachable')
  await page.getByRole('main').getByRole('link', { name: host.name, exact: true }).click()
  await see(page, 'How it is used')
  await control(page, 'button', 'Details').waitFor({ timeout: 60_000 })
  await take('host-unreachable')
  await host.startSsh()
  await see(page, 'Connected', 60_000)
}

/** The host shows another key than the one that is trusted: somebody installed it anew, or stands between. */
export async function photographChangedKey({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await host.replaceHostKey()
  await host.cutSsh()
  await see(page, 'Not reached', 60_000)
  await control(page, 'button', 'Check again').click()
  await control(page, 'button', 'Details').waitFor({ timeout: 60_000 })
  await take('host-key-changed')
  await page.getByRole('button', { name: `Actions for ${host.name}` }).click()
  await control(page, 'menuitem', 'Trust another key…').click()
  const asked = await dialog(page)
  await take('host-trust')
  await asked.getByRole('button', { name: 'Show its key' }).click()
  await see(page, 'ssh-keygen -lf')
  await take('host-trust-key')
  await asked.getByRole('button', { name: /^It is the same/ }).click()
  await asked.waitFor({ state: 'hidden', timeout: 60_000 })
  await see(page, 'Connected', 60_000)
  await seeNoMore(page, 'Looking')
}
