import type { Logger } from 'pino'
import type { SecretPlace } from '../../../contract/secret.ts'
import { fail } from '../../../domain/problem-error.ts'
import { openKeyring } from './keyring.ts'
import { callKeytarHere, callKeytarInProcess, type KeytarCaller } from './keytar-calls.ts'
import { readSecretsFile, type SecretsContent, secretsPath } from './secrets-file.ts'
import {
  type DesktopCipher,
  makePassphraseVault,
  openDesktopVault,
  openPassphraseVault,
  saveContent,
  type Vault,
} from './vault.ts'

/** Secrets by account, like `passphrase:/home/ada/.ssh/id_ed25519`. They are never written in the open. */
export interface Secrets {
  get(account: string): Promise<string | undefined>
  /**
   * Keeps a secret in the best place there is; one that stops working is left for the next.
   * @returns where it is kept now
   */
  set(account: string, secret: string): Promise<SecretPlace['kind']>
  delete(account: string): Promise<void>
  place(): Promise<SecretPlace>
  /**
   * Where to keep secrets from now on, for systems that keep none by themselves. A new passphrase takes over what is
   * kept; to remember nothing forgets what a passphrase kept.
   * @throws ProblemError INVALID_INPUT where the system keeps them, SECRETS_LOCKED, STORE_UNUSABLE
   */
  choose(choice: SecretChoice): Promise<SecretPlace>
  /** @throws ProblemError SECRETS_LOCKED */
  unlock(passphrase: string): Promise<SecretPlace>
}

export type SecretChoice =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'nowhere' }

/** The account of an SSH key's passphrase; `identityFile` is the key's absolute path. */
export function passphraseAccount(identityFile: string): string {
  return `passphrase:${identityFile}`
}

export interface OpenSecretsOptions {
  readonly log: Logger
  /** The data folder; only the holder of its lock may open its secrets. */
  readonly folder: string
  /** Only a program with a desktop has one. */
  readonly desktop?: DesktopCipher | undefined
  /**
   * The longest wait for one answer of the keyring, in milliseconds. Unless told, a minute where the system can show
   * its own prompt to unlock the keyring, 5 s elsewhere.
   */
  readonly limitMs?: number
  /** Unless told, a process for each call, or this process in Electron. */
  readonly call?: KeytarCaller
}

/**
 * Opens the first of these that works: the system's keyring; the desktop's password store; a file under the operator's
 * passphrase, if that was chosen; else secrets end with this process.
 */
export async function openSecrets(options: OpenSecretsOptions): Promise<Secrets> {
  const { log, folder, desktop, limitMs = defaultLimit() } = options
  const caller = options.call ?? ('electron' in process.versions ? callKeytarHere : callKeytarInProcess)
  const keyring = await openKeyring(caller, limitMs, (reason) =>
    log.warn({ reason }, 'the keyring stopped working'),
  )
  const remembered = new Map<string, string>()
  const found = await readSecretsFile(folder, new Date())
  if (found.warning !== '') log.warn({ warning: found.warning }, 'kept secrets cannot be used')
  let content = found.content
  let vault: Vault | undefined
  let triedDesktop = false
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other, because each change of the file builds on the one before. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }

  /** The vault beside the keyring, if there is one that is open. */
  async function findVault(): Promise<Vault | undefined> {
    if (vault !== undefined || triedDesktop) return vault
    triedDesktop = true
    const opened = await openDesktopVault(desktop, content)
    if (opened.kind !== 'none') vault = opened
    else log.info({ keyring: keyring.failure(), desktop: opened.reason }, 'the system keeps no secrets')
    return vault
  }

  async function keep(next: SecretsContent): Promise<void> {
    if (!found.replaceable) {
      const reason = 'it is there and could not be read'
      fail({ code: 'STORE_UNUSABLE', details: { path: secretsPath(folder), reason } })
    }
    await saveContent(folder, next)
    content = next
  }

  const save = async (opened: Vault): Promise<void> => keep(await opened.seal(content))

  async function describe(): Promise<SecretPlace> {
    if (keyring.failure() === undefined)
      return { kind: 'keyring', sentence: "Kept in this computer's keyring.", needs: 'nothing' }
    return describePlace(secretsPath(folder), await findVault(), content, keyring.failure(), found.warning)
  }

  return {
    async get(account) {
      const kept = await keyring.ask(['getPassword', account])
      if (typeof kept === 'string') return kept
      const opened = keyring.failure() === undefined ? undefined : await findVault()
      return opened?.entries.get(account) ?? remembered.get(account)
    },
    set: (account, secret) =>
      inTurn(async () => {
        remembered.set(account, secret)
        if ((await keyring.ask(['setPassword', account, secret])) !== undefined) {
          remembered.delete(account)
          return 'keyring'
        }
        const opened = await findVault()
        if (opened === undefined) return 'nowhere'
        opened.entries.set(account, secret)
        try {
          await save(opened)
          remembered.delete(account)
          return opened.kind
        } catch (error) {
          log.warn({ err: error }, 'a secret could not be saved')
          return 'nowhere'
        }
      }),
    delete: (account) =>
      inTurn(async () => {
        remembered.delete(account)
        if ((await keyring.ask(['deletePassword', account])) !== undefined) return
        const opened = await findVault()
        if (opened?.entries.delete(account) === true) await save(opened)
      }),
    place: () => inTurn(describe),
    choose: (choice) =>
      inTurn(async () => {
        const place = await describe()
        if (place.kind === 'keyring' || place.kind === 'desktop') {
          const reason = 'this computer keeps secrets by itself'
          fail({ code: 'INVALID_INPUT', details: { field: 'place for secrets', given: choice.kind, reason } })
        }
        if (choice.kind === 'nowhere') {
          await keep({ ...content, choice: 'nowhere', passphrase: null })
          for (const [account, secret] of vault?.entries ?? []) remembered.set(account, secret)
          vault = undefined
        } else {
          if (place.needs === 'passphrase') {
            const reason = 'they were kept with another passphrase before'
            fail({ code: 'SECRETS_LOCKED', details: { reason } })
          }
          const made = await makePassphraseVault(
            choice.passphrase,
            new Map([...(vault?.entries ?? []), ...remembered]),
          )
          await save(made)
          vault = made
          remembered.clear()
        }
        return describe()
      }),
    unlock: (passphrase) =>
      inTurn(async () => {
        const place = await describe()
        if (place.kind === 'keyring' || vault !== undefined) return place
        const opened = await openPassphraseVault(folder, content, passphrase)
        for (const [account, secret] of remembered) opened.entries.set(account, secret)
        if (remembered.size > 0) await save(opened)
        vault = opened
        remembered.clear()
        return describe()
      }),
  }
}

function describePlace(
  path: string,
  vault: Vault | undefined,
  { choice }: SecretsContent,
  failure: string | undefined,
  warning: string,
): SecretPlace {
  const beside = warning === '' ? '' : ` ${warning}`
  if (vault?.kind === 'desktop') {
    const sentence = `Kept encrypted in ${path}; the key is in this desktop's password store.${beside}`
    return { kind: 'desktop', sentence, needs: 'nothing' }
  }
  if (vault?.kind === 'passphrase') {
    return {
      kind: 'passphrase',
      sentence: `Kept encrypted in ${path}, under your passphrase.`,
      needs: 'nothing',
    }
  }
  if (choice === 'passphrase') {
    const sentence = `Kept encrypted in ${path}; your passphrase opens them.`
    return { kind: 'passphrase', sentence, needs: 'passphrase' }
  }
  if (choice === 'nowhere') {
    return {
      kind: 'nowhere',
      sentence: 'Not remembered after this program ends, as chosen.',
      needs: 'nothing',
    }
  }
  const sentence = `Not remembered after this program ends: ${failure}.${beside}`
  return { kind: 'nowhere', sentence, needs: 'choice' }
}

function defaultLimit(): number {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const canPrompt = process.platform !== 'linux' || (DISPLAY ?? WAYLAND_DISPLAY ?? '') !== ''
  return canPrompt ? 60_000 : 5_000
}
