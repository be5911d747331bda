import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Account, makeAccount, type SudoRule } from './account.ts'
import { makeKey, readFingerprint, readPublicKey } from './keys.ts'
import type { Namespace } from './namespace.ts'
import { writeHostKey } from './ssh-server.ts'

/** The keys and the password that an operator logs in to a host with. */
export interface Credentials {
  readonly user: string
  readonly sudoPassword: string
  readonly identityFile: string
  readonly encryptedIdentityFile: string
  /** Of the encrypted identity. */
  readonly passphrase: string
  readonly hostKeyFile: string
  readonly hostKeyFingerprint: string
}

/** The user that operators log in as. Debian has a group called operator already. */
const user = 'deploy'

/**
 * Makes keys and passwords for a host.
 * @param folder where the keys are written
 * @param hostKeyFile a private host key made before, so that a host can come back with the same identity
 */
export const makeCredentials = async (folder: string, hostKeyFile?: string): Promise<Credentials> => {
  const passphrase = randomBytes(12).toString('base64url')
  const hostKey = hostKeyFile ?? (await makeKey(`${folder}/host-key`))
  return {
    user,
    sudoPassword: randomBytes(12).toString('base64url'),
    identityFile: await makeKey(`${folder}/identity`),
    encryptedIdentityFile: await makeKey(`${folder}/encrypted-identity`, passphrase),
    passphrase,
    hostKeyFile: hostKey,
    hostKeyFingerprint: await readFingerprint(hostKey),
  }
}

export interface Access {
  /** How the user becomes root; by password unless given. */
  readonly sudo?: SudoRule
  /** Yes unless given. */
  readonly inDockerGroup?: boolean
}

/** Gives a host its key and the user who logs in. */
export const installCredentials = async (
  host: Pick<Namespace, 'enter'>,
  credentials: Credentials,
  access: Access,
): Promise<void> => {
  await writeHostKey(host, readFileSync(credentials.hostKeyFile, 'utf8'))
  await makeAccount(host, accountOf(credentials, access))
}

/** The account that these log in to. */
export const accountOf = (
  credentials: Credentials,
  { sudo = 'password', inDockerGroup = true }: Access,
): Account => ({
  user: credentials.user,
  password: credentials.sudoPassword,
  sudo,
  inDockerGroup,
  publicKeys: [readPublicKey(credentials.identityFile), readPublicKey(credentials.encryptedIdentityFile)],
})
