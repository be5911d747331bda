import type { ParsedKey } from 'ssh2'
import { fail } from '../../../domain/problem-error.ts'
import type { EncryptedIdentity } from './identity-file.ts'

/** The unlocked keys of one link. They stay in memory while it is open, so that a reconnect asks nobody. */
export interface Keyring {
  /**
   * @returns undefined when nobody gave a passphrase
   * @throws ProblemError PASSPHRASE_WRONG
   */
  unlock(identity: EncryptedIdentity): Promise<ParsedKey | undefined>
  /** True while somebody is being asked for a passphrase. */
  isAsking(): boolean
}

export function createKeyring(
  readPassphrase: (identityFile: string) => Promise<string | undefined>,
): Keyring {
  const unlocked = new Map<string, ParsedKey>()
  let asking = 0
  const ask = async (path: string): Promise<string | undefined> => {
    asking += 1
    try {
      return await readPassphrase(path)
    } finally {
      asking -= 1
    }
  }
  return {
    async unlock(identity) {
      const held = unlocked.get(identity.path)
      // The file may hold another key by now. `equals` of ssh2 would compare the private parts too.
      const isSame = held?.getPublicSSH().equals(identity.publicKey?.getPublicSSH() ?? held.getPublicSSH())
      if (held !== undefined && isSame === true) return held
      const passphrase = await ask(identity.path)
      if (passphrase === undefined) return undefined
      const key =
        identity.unlock(passphrase) ??
        fail({ code: 'PASSPHRASE_WRONG', details: { identityFile: identity.path } })
      unlocked.set(identity.path, key)
      return key
    },
    isAsking: () => asking > 0,
  }
}
