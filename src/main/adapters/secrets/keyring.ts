import { nanoid } from 'nanoid'
import type { KeytarAnswer, KeytarCall, KeytarCaller, KeytarResult } from './keytar-calls.ts'

/** The system's keyring for as long as it works. */
export interface Keyring {
  /** Why it cannot be used, as the end of a sentence; undefined while it can. */
  failure(): string | undefined
  /** Undefined from the first failure on. */
  ask(call: KeytarCall): Promise<KeytarAnswer | undefined>
}

/** Opens the keyring and tries whether a secret can be written, read and deleted there. */
export async function openKeyring(
  call: KeytarCaller,
  limitMs: number,
  onFailure: (reason: string) => void,
): Promise<Keyring> {
  let failure = findFailure(await probe(call, limitMs))
  return {
    failure: () => failure,
    async ask(question) {
      if (failure !== undefined) return undefined
      const result = await call([question], limitMs)
      if (result.kind === 'answered') return result.answers[0]
      failure = result.reason
      onFailure(failure)
      return undefined
    },
  }
}

/** Every probe has an account of its own, because two programs may start at once. */
async function probe(call: KeytarCaller, limitMs: number): Promise<KeytarResult> {
  const account = `probe:${nanoid()}`
  const calls: KeytarCall[] = [
    ['setPassword', account, account],
    ['getPassword', account],
    ['deletePassword', account],
  ]
  const result = await call(calls, limitMs)
  return result.kind === 'answered' && result.answers[1] !== account
    ? { kind: 'failed', reason: 'the keyring does not give back what it was given' }
    : result
}

function findFailure(result: KeytarResult): string | undefined {
  return result.kind === 'failed' ? result.reason : undefined
}
