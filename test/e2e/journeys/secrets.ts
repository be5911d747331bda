import { type Driver, see } from './driver.ts'
import type { World } from './world.ts'

/** Adds the host with the encrypted key; it ends where the passphrase is to be given. */
async function addHost(
  { page, press, fill, goTo }: Driver,
  { host, encryptedIdentityFile }: World,
): Promise<void> {
  await goTo('Hosts')
  await fill('Address', `${host.user}@${host.address4}`)
  await press(['button', 'User, port, key, name'])
  await fill('Key file', encryptedIdentityFile)
  await fill('Name in this panel', host.name)
  await press(['button', 'Connect'])
  await press(['button', 'It is the same, connect'])
  await see(page, /Passphrase of the key|Where to keep secrets/)
}

/** A wrong passphrase is refused, the right one lets the host be reached. */
async function givePassphrase({ page, press, fill }: Driver, { host }: World): Promise<void> {
  await fill('Passphrase', 'not the passphrase')
  await press(['button', 'Unlock'])
  await see(page, 'is wrong')
  await fill('Passphrase', host.passphrase)
  await press(['button', 'Unlock'])
}

/** On a desktop with a keyring the passphrase is asked for once. */
export async function keepInKeyring(driver: Driver, world: World): Promise<void> {
  await addHost(driver, world)
  await see(driver.page, 'Passphrase of the key')
  await see(driver.page, "Kept in this computer's keyring.")
  await givePassphrase(driver, world)
  await see(driver.page, `Set up ${world.host.name}`)
}

/** Without one the operator says where secrets are kept; here nowhere. */
export async function keepNowhere(driver: Driver, world: World): Promise<void> {
  await addHost(driver, world)
  await see(driver.page, 'Where to keep secrets')
  await driver.press(['button', 'Do not remember secrets'])
  await see(driver.page, 'Passphrase of the key')
  await givePassphrase(driver, world)
  await see(driver.page, `Set up ${world.host.name}`)
}

/** After another start the host is reached without a question. */
export async function reachAgain({ page, goTo }: Driver): Promise<void> {
  await goTo('Hosts')
  await see(page, 'Connected', 30_000)
}

/** After another start the passphrase is asked for again, where the host says that it is not reached. */
export async function unlockAgain(driver: Driver, world: World): Promise<void> {
  const { page, goTo, press } = driver
  await goTo('Hosts')
  await see(page, 'is protected by a passphrase')
  await press(['button', 'Unlock its key'])
  const chooses = page.getByText('Where to keep secrets')
  await chooses.or(page.getByText('Passphrase of the key')).first().waitFor()
  if (await chooses.isVisible()) await press(['button', 'Do not remember secrets'])
  await see(page, 'Passphrase of the key')
  await givePassphrase(driver, world)
  await see(page, 'Connected', 30_000)
}
