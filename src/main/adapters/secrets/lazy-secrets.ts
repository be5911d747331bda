import { type OpenSecretsOptions, openSecrets, type Secrets, type SecretsPlace } from './secrets.ts'

/** Secrets that are opened when first needed: asking the keyring takes time, and most commands need none. */
export interface LazySecrets extends Omit<Secrets, 'where'> {
  place(): Promise<SecretsPlace>
}

export function openSecretsLazily(options: OpenSecretsOptions): LazySecrets {
  let opened: Promise<Secrets> | undefined
  const open = (): Promise<Secrets> => {
    opened ??= openSecrets(options)
    return opened
  }
  return {
    get: async (account) => (await open()).get(account),
    set: async (account, secret) => (await open()).set(account, secret),
    delete: async (account) => (await open()).delete(account),
    place: async () => (await open()).where(),
  }
}
