import { control, dialog, go, leave, see, seeNoMore } from './find.ts'
import type { Stage } from './stage.ts'

/** The hosts, one of them, and what is asked about it. */
export async function photographHosts({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/hosts')
  await see(page, /promised of/)
  await take('hosts-1')
  const openMenu = async (): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${host.name}` }).click()
    await page.getByRole('menu').waitFor()
  }
  await openMenu()
  await take('host-menu')
  await leave(page)
  const ask = async (entry: string): Promise<void> => {
    await openMenu()
    await control(page, 'menuitem', entry).click()
    await dialog(page)
  }
  await ask('Edit…')
  await take('host-edit')
  await leave(page)
  await ask('Operators…')
  await see(page, 'without a password')
  await take('host-operators')
  await page
    .getByRole('button', { name: /^Remove / })
    .first()
    .click()
  await see(page, 'logged in as')
  await take('host-operator-remove')
  await leave(page)
  await ask('Remove…')
  await take('host-remove')
  await leave(page)
  await ask('Take everything away…')
  await take('host-undo')
  await leave(page)
  await page.getByRole('main').getByRole('link', { name: host.name, exact: true }).click()
  await see(page, /promised of/)
  await see(page, 'How it is used')
  await seeNoMore(page, 'Looking')
  await take('host')
  await go(page, '/hosts/new')
  await see(page, 'From your SSH configuration')
  await take('add-host')
  await page.getByText('User, port, key, name').click()
  await take('add-host-more')
}

/** Docker has ended on the host: its check list says what needs the operator, and a tenant cannot be made there. */
export async function photographBrokenHost({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await host.stopDocker()
  await go(page, '/hosts')
  await page.getByRole('main').getByRole('link', { name: host.name, exact: true }).click()
  await control(page, 'button', 'Check again').click()
  await see(page, 'does not answer')
  await seeNoMore(page, 'Looking')
  await seeNoMore(page, '3 running', 60_000)
  await take('host-broken')
}
