import type { SecretPlace } from '../../../contract/secret.ts'
import type { SecretChoice } from '../../adapters/secrets/secrets.ts'
import type { ServiceContext } from '../context.ts'

type Context = Pick<ServiceContext, 'secrets'>

/** Where secrets are kept now, and what the operator is to be asked about that. */
export function showSecretPlace({ secrets }: Context): Promise<SecretPlace> {
  return secrets.place()
}

/** @throws ProblemError INVALID_INPUT where the system keeps them by itself, SECRETS_LOCKED, STORE_UNUSABLE */
export function chooseSecretPlace({ secrets }: Context, choice: SecretChoice): Promise<SecretPlace> {
  return secrets.choose(choice)
}

/** @throws ProblemError SECRETS_LOCKED */
export function unlockSecrets(
  { secrets }: Context,
  { passphrase }: { passphrase: string },
): Promise<SecretPlace> {
  return secrets.unlock(passphrase)
}
