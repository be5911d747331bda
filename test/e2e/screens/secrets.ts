import type { Camera } from './camera.ts'
import { control, go, see } from './find.ts'
import { furnishLaptop } from './first-run.ts'
import { keepFile, type Started } from './laptop.ts'
import type { Stage } from './stage.ts'

/** A passphrase for the file of secrets; who takes pictures of it has it too. */
const filePassphrase = 'five grey herons at the quay'

/** Ada's key is encrypted, and her computer has no keyring. */
export async function furnishLocked(stage: Pick<Stage, 'laptop' | 'host'>): Promise<void> {
  await furnishLaptop(stage)
  await keepFile(stage.laptop, stage.host.encryptedIdentityFile, 'id_ed25519')
}

interface LockedStage extends Pick<Stage, 'host'> {
  startPanel(): Promise<Started>
  openPage(link: string): Promise<Camera>
}

/** From the first question of where secrets are kept to the second start, where the file is to be unlocked. */
export async function photographSecrets({ host, startPanel, openPage }: LockedStage): Promise<void> {
  const panel = await startPanel()
  const { page, take } = await openPage(panel.line)
  await see(page, 'From your SSH configuration')
  await page.getByText(host.name, { exact: true }).click()
  await control(page, 'button', 'It is the same, connect').click()
  await see(page, 'Where to keep secrets')
  await take('secret-place')
  await page.getByLabel('A new passphrase for the file').fill(filePassphrase)
  await control(page, 'button', 'Keep them encrypted').click()
  await see(page, 'Passphrase of the key')
  await take('passphrase')
  const passphrase = page.getByLabel('Passphrase', { exact: true })
  await passphrase.fill('not the passphrase')
  await control(page, 'button', 'Unlock').click()
  await see(page, 'is wrong')
  await take('passphrase-wrong')
  await passphrase.fill(host.passphrase)
  await control(page, 'button', 'Unlock').click()
  await see(page, `Set up ${host.name}`)
  await panel.stop()
  const again = await startPanel()
  const second = await openPage(again.line)
  await go(second.page, '/hosts')
  await see(second.page, 'is protected by a passphrase')
  await second.take('hosts-locked')
  await second.page.getByRole('main').getByRole('link', { name: host.name, exact: true }).click()
  await see(second.page, 'Nothing can be checked until its key is unlocked.')
  await second.take('host-locked')
  await control(second.page, 'button', 'Unlock its key').click()
  await see(second.page, 'Unlock the kept secrets')
  await second.take('secret-place-unlock')
  await second.page.getByLabel('Passphrase', { exact: true }).fill(filePassphrase)
  await control(second.page, 'button', 'Unlock').click()
  await see(second.page, 'Connected', 60_000)
  await again.stop()
}
