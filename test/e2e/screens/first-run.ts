import { control, go, see } from './find.ts'
import { keepFile } from './laptop.ts'
import type { Stage } from './stage.ts'

/** Ada has a key, and a configuration with the server's name in it; the panel knows no host. */
export async function furnishLaptop({ laptop, host }: Pick<Stage, 'laptop' | 'host'>): Promise<void> {
  await keepFile(laptop, host.identityFile, 'id_ed25519')
  await laptop.keep(
    'config',
    `Host ${host.name}
  HostName ${host.address4}
  User ${host.user}

Host web2
  HostName web2.example.net
  User ${host.user}

Host cache-fra
  HostName 203.0.113.10
  User ops
  Port 2222
`,
  )
}

/** From nothing to a prepared host. The page is open already. */
export async function photographFirstRun({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await see(page, 'Where should the caches run?')
  await see(page, 'From your SSH configuration')
  await take('first-run')
  await go(page, '/activity')
  await see(page, 'Nothing has been done yet')
  await take('activity-0')
  await go(page, '/tenants')
  await page.getByText(host.name, { exact: true }).click()
  await see(page, 'Is this the right server?')
  await take('first-run-key')
  await control(page, 'button', 'It is the same, connect').click()
  await see(page, 'What would be done')
  await take('first-run-check')
  const password = page.getByLabel(/^Password of sudo/).first()
  await password.fill(host.sudoPassword)
  await password.scrollIntoViewIfNeeded()
  await control(page, 'button', 'Prepare this host').scrollIntoViewIfNeeded()
  await take('first-run-plan')
  await control(page, 'button', 'Prepare this host').click()
  // The whole takes less than a second, and the pictures take longer.
  await page.locator('li[data-state="done"]').first().waitFor()
  await host.pauseDocker()
  await take('first-run-preparing')
  await host.resumeDocker()
  await see(page, `${host.name} is ready.`, 90_000)
  await page.evaluate(`document.querySelector('main [data-focus-home]').scrollTop = 0`)
  await take('first-run-ready')
  await go(page, '/tenants')
  await see(page, 'No tenants yet')
  await take('tenants-0')
}
