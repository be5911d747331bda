import { type OpenSecretsOptions, openSecrets, type Secrets } from './secrets.ts'

/** Secrets that are opened when first needed: asking the keyring takes time, and most commands need none. */
export function openSecretsLazily(options: OpenSecretsOptions): Secrets {
  let opened: Promise<Secrets> | undefined
  const open = (): Promise<Secrets> => {
    opened ??= openSecrets(options)
    return opened
  }
  return {
    get: async (account) => (await open()).get(account),
    set: async (account, secret) => (await open()).set(account, secret),
    delete: async (account) => (await open()).delete(account),
    place: async () => (await open()).place(),
    choose: async (choice) => (await open()).choose(choice),
    unlock: async (passphrase) => (await open()).unlock(passphrase),
  }
}
