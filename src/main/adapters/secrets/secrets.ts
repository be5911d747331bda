import { nanoid } from 'nanoid'
import type { Logger } from 'pino'
import { callKeytarHere, callKeytarInProcess, type KeytarCaller, type KeytarResult } from './keytar-calls.ts'

/** Where secrets are kept, and that in a sentence. */
export type SecretsPlace = { kind: 'keyring' | 'nowhere'; sentence: string }

/** Secrets by account, like `passphrase:/home/ada/.ssh/id_ed25519`. They are never written to a file of ours. */
export interface Secrets {
  get(account: string): Promise<string | undefined>
  /** Keeps a secret where {@link Secrets.where} then says: a keyring that stops working is left for memory. */
  set(account: string, secret: string): Promise<void>
  delete(account: string): Promise<void>
  where(): SecretsPlace
}

/** The account of an SSH key's passphrase; `identityFile` is the key's absolute path. */
export function passphraseAccount(identityFile: string): string {
  return `passphrase:${identityFile}`
}

export interface OpenSecretsOptions {
  readonly log: Logger
  /**
   * The longest wait for one answer of the keyring, in milliseconds. Unless told, a minute where the system can show
   * its own prompt to unlock the keyring, 5 s elsewhere.
   */
  readonly limitMs?: number
  /** Unless told, a process for each call, or this process in Electron. */
  readonly call?: KeytarCaller
}

/** Opens the system's keyring if a secret can be written, read and deleted there; else secrets end with this process. */
export async function openSecrets({
  log,
  limitMs = defaultLimit(),
  call,
}: OpenSecretsOptions): Promise<Secrets> {
  const caller = call ?? ('electron' in process.versions ? callKeytarHere : callKeytarInProcess)
  const remembered = new Map<string, string>()
  let failure = findFailure(await probe(caller, limitMs))
  if (failure !== undefined) log.info({ reason: failure }, 'secrets are not remembered')

  /** Undefined when the keyring can't be used, from the first failure on. */
  async function ask(...calls: Parameters<KeytarCaller>[0]) {
    if (failure !== undefined) return undefined
    const result = await caller(calls, limitMs)
    if (result.kind === 'answered') return result.answers
    failure = result.reason
    log.warn({ reason: failure }, 'the keyring stopped working')
    return undefined
  }

  return {
    async get(account) {
      const found = (await ask(['getPassword', account]))?.[0]
      return typeof found === 'string' ? found : remembered.get(account)
    },
    async set(account, secret) {
      const kept = await ask(['setPassword', account, secret])
      if (kept === undefined) remembered.set(account, secret)
      else remembered.delete(account)
    },
    async delete(account) {
      remembered.delete(account)
      await ask(['deletePassword', account])
    },
    where: () =>
      failure === undefined
        ? { kind: 'keyring', sentence: "Kept in this computer's keyring." }
        : { kind: 'nowhere', sentence: `Not remembered after this program ends: ${failure}.` },
  }
}

/** Every probe has an account of its own, because two programs may start at once. */
function probe(call: KeytarCaller, limitMs: number): Promise<KeytarResult> {
  const account = `probe:${nanoid()}`
  return call(
    [
      ['setPassword', account, account],
      ['getPassword', account],
      ['deletePassword', account],
    ],
    limitMs,
  ).then((result) =>
    result.kind === 'answered' && result.answers[1] !== account
      ? { kind: 'failed', reason: 'the keyring does not give back what it was given' }
      : result,
  )
}

function findFailure(result: KeytarResult): string | undefined {
  return result.kind === 'failed' ? result.reason : undefined
}

function defaultLimit(): number {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const canPrompt = process.platform !== 'linux' || (DISPLAY ?? WAYLAND_DISPLAY ?? '') !== ''
  return canPrompt ? 60_000 : 5_000
}
