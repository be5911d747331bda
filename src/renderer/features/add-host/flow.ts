import type { Host, HostTarget } from '../../../contract/host.ts'
import type { Failure } from '../../rpc/failure.ts'

/** The host that the operator asks to add, with the keys accepted so far. */
export interface HostWish {
  readonly name: string
  readonly target: HostTarget
  /** Fingerprints that the operator has compared: the host's own, and those of jump hosts before it. */
  readonly hostKeys: readonly string[]
}

/** A key that the operator has to compare. */
export interface ShownKey {
  readonly address: string
  readonly keyType: string
  readonly fingerprint: string
  /** The one that was trusted until now; empty for a server that had none. */
  readonly pinned: string
}

/** Where adding a host is. */
export type AddHostState =
  | { readonly kind: 'asking'; readonly failure: Failure | null }
  | { readonly kind: 'connecting'; readonly wish: HostWish }
  | { readonly kind: 'key'; readonly wish: HostWish; readonly key: ShownKey }
  | {
      readonly kind: 'passphrase'
      readonly wish: HostWish
      readonly identityFile: string
      readonly wrong: boolean
    }
  | { readonly kind: 'added'; readonly host: Host; readonly adopted: readonly string[] }

export type AddHostEvent =
  | { readonly kind: 'submit'; readonly wish: HostWish }
  | { readonly kind: 'accept-key' }
  | { readonly kind: 'passphrase-kept' }
  | { readonly kind: 'back' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'added'; readonly host: Host; readonly adopted: readonly string[] }

export const askForHost: AddHostState = { kind: 'asking', failure: null }

/** The state after an event; an event that does not fit the state changes nothing. */
export function nextAddHost(state: AddHostState, event: AddHostEvent): AddHostState {
  switch (event.kind) {
    case 'submit':
      return { kind: 'connecting', wish: event.wish }
    case 'accept-key': {
      if (state.kind !== 'key') return state
      const { wish, key } = state
      return { kind: 'connecting', wish: { ...wish, hostKeys: [...wish.hostKeys, key.fingerprint] } }
    }
    case 'passphrase-kept':
      return state.kind === 'passphrase' ? { kind: 'connecting', wish: state.wish } : state
    case 'back':
      return askForHost
    case 'added':
      return { kind: 'added', host: event.host, adopted: event.adopted }
    case 'failed':
      return state.kind === 'connecting' ? answerFailure(state.wish, event.failure) : state
  }
}

/** The key that a refusal is about; undefined where it is about none. */
export function readShownKey({ code, details }: Pick<Failure, 'code' | 'details'>): ShownKey | undefined {
  if (code !== 'HOST_KEY_UNKNOWN' && code !== 'HOST_KEY_CHANGED') return undefined
  const text = (name: string): string => String(details[name] ?? '')
  return {
    ...{ address: text('address'), keyType: text('keyType') },
    ...{ fingerprint: text('fingerprint'), pinned: text('pinned') },
  }
}

/** Some failures are questions; the others go back to the form and say what to do. */
function answerFailure(wish: HostWish, failure: Failure): AddHostState {
  const { code, details } = failure
  const text = (name: string): string => String(details[name] ?? '')
  const key = readShownKey(failure)
  // A key that was accepted and is refused all the same, as known_hosts can do, is no question any more.
  if (key !== undefined && !wish.hostKeys.includes(key.fingerprint)) return { kind: 'key', wish, key }
  switch (code) {
    case 'PASSPHRASE_NEEDED':
    case 'PASSPHRASE_WRONG':
      return {
        kind: 'passphrase',
        wish,
        identityFile: text('identityFile'),
        wrong: code === 'PASSPHRASE_WRONG',
      }
    default:
      return { kind: 'asking', failure }
  }
}
