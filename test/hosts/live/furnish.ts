import { randomBytes } from 'node:crypto'
import type { LinkAddresses } from '../addresses.ts'
import { type Access, type Credentials, installCredentials } from '../credentials.ts'
import { writeHostFile } from '../host-files.ts'
import { mustRun } from '../run.ts'
import { choosePrograms, type Programs } from './programs.ts'
import type { LayeredRoot } from './root-layer.ts'
import { renderNetwork } from './surroundings.ts'

/** The things that a host has of its own. */
interface Furniture extends Access, Programs {
  readonly name: string
  /** The name of its network card. */
  readonly card: string
  readonly addresses: LinkAddresses
  readonly credentials: Credentials
}

/** Gives a root of a suite the name, the addresses and the user of a host. */
export const furnish = async (root: LayeredRoot, furniture: Furniture): Promise<void> => {
  const { name, card, addresses, credentials } = furniture
  await writeHostFile(root, '/etc/hostname', `${name}\n`)
  await writeHostFile(root, '/etc/hosts', `127.0.0.1 localhost\n::1 localhost\n127.0.1.1 ${name}\n`)
  await writeHostFile(root, '/etc/machine-id', `${randomBytes(16).toString('hex')}\n`)
  await writeHostFile(root, '/etc/systemd/network/10-card.network', renderNetwork(card, addresses))
  await mustRun(root.enter(['rm', '-f', '/etc/resolv.conf']))
  await mustRun(root.enter(['systemctl', '--quiet', 'enable', 'systemd-networkd', 'ssh']))
  await mustRun(root.enter(['systemctl', '--quiet', 'disable', 'memcached']))
  // Nothing of it can be had here, and looking for it takes the processors' time.
  await mustRun(root.enter(['systemctl', '--quiet', 'mask', 'apt-daily.timer', 'apt-daily-upgrade.timer']))
  await choosePrograms(root, furniture)
  await installCredentials(root, credentials, furniture)
}
