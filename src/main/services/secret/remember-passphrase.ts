import type { SecretPlace } from '../../../contract/secret.ts'
import { fail } from '../../../domain/problem-error.ts'
import { passphraseAccount } from '../../adapters/secrets/secrets.ts'
import type { ServiceContext } from '../context.ts'

/**
 * Tries a passphrase on its key file and keeps it when it fits.
 * @throws ProblemError PASSPHRASE_WRONG, IDENTITY_UNREADABLE
 */
export async function rememberPassphrase(
  { secrets }: ServiceContext,
  { identityFile, passphrase }: { identityFile: string; passphrase: string },
): Promise<{ kept: SecretPlace['kind'] }> {
  const { readIdentityFile } = await import('../../adapters/ssh/identity-file.ts')
  const identity = await readIdentityFile(identityFile)
  if (identity.kind === 'absent' || identity.kind === 'unusable') {
    const reason = identity.kind === 'absent' ? 'it is not there' : identity.reason
    fail({ code: 'IDENTITY_UNREADABLE', details: { identityFile, reason } })
  }
  if (identity.kind === 'encrypted' && identity.unlock(passphrase) === undefined) {
    fail({ code: 'PASSPHRASE_WRONG', details: { identityFile } })
  }
  return { kept: await secrets.set(passphraseAccount(identityFile), passphrase) }
}
