import { describe, expect, test } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import {
  type AddHostEvent,
  askForHost,
  type HostWish,
  nextAddHost,
} from '../../../src/renderer/features/add-host/flow.ts'
import type { Failure } from '../../../src/renderer/rpc/failure.ts'

const wish: HostWish = { name: 'web', target: { kind: 'ssh', address: 'web' }, hostKeys: [] }

const failed = (code: Failure['code'], details: Record<string, unknown> = {}): AddHostEvent => ({
  kind: 'failed',
  failure: { code, details, message: 'It did not work.', advice: '', retryable: false },
})

const unknownKey = (fingerprint: string) =>
  failed('HOST_KEY_UNKNOWN', { host: 'web', address: '203.0.113.1', keyType: 'ssh-ed25519', fingerprint })

const run = (...events: AddHostEvent[]) => events.reduce(nextAddHost, askForHost)

describe('adding a host', () => {
  test('asks about each unknown key, and connects again with all that were accepted', () => {
    const state = run(
      { kind: 'submit', wish },
      unknownKey('SHA256:jump'),
      { kind: 'accept-key' },
      unknownKey('SHA256:host'),
      { kind: 'accept-key' },
    )
    expect(state).toEqual({ kind: 'connecting', wish: { ...wish, hostKeys: ['SHA256:jump', 'SHA256:host'] } })
  })

  test('asks about a key that is another one than before, with both', () => {
    const keys = { keyType: 'ssh-ed25519', fingerprint: 'SHA256:b', pinned: 'SHA256:a' }
    const changed = failed('HOST_KEY_CHANGED', { host: 'web', address: '203.0.113.1', ...keys })
    const asked = run({ kind: 'submit', wish }, changed)
    expect(asked).toMatchObject({ kind: 'key', key: { address: '203.0.113.1', ...keys } })
    expect(run({ kind: 'submit', wish }, unknownKey('SHA256:a'))).toMatchObject({ key: { pinned: '' } })
    // It was accepted, and something else forbids it: asking again would lead nowhere.
    const again = nextAddHost(nextAddHost(asked, { kind: 'accept-key' }), changed)
    expect(again).toMatchObject({ kind: 'asking', failure: { code: 'HOST_KEY_CHANGED' } })
  })

  test('a key that was not accepted is not taken along', () => {
    expect(run({ kind: 'submit', wish }, unknownKey('SHA256:a'), { kind: 'back' })).toBe(askForHost)
  })

  test('asks for a passphrase, and says when the kept one was wrong', () => {
    const identityFile = '/home/ada/.ssh/id_ed25519'
    const asked = run({ kind: 'submit', wish }, failed('PASSPHRASE_NEEDED', { identityFile }))
    expect(asked).toMatchObject({ kind: 'passphrase', identityFile, wrong: false })
    expect(nextAddHost(asked, { kind: 'passphrase-kept' })).toEqual({ kind: 'connecting', wish })
    const wrong = run({ kind: 'submit', wish }, failed('PASSPHRASE_WRONG', { identityFile }))
    expect(wrong).toMatchObject({ kind: 'passphrase', wrong: true })
  })

  test('goes back to the form with any other failure', () => {
    const state = run({ kind: 'submit', wish }, failed('LOGIN_REFUSED'))
    expect(state).toMatchObject({ kind: 'asking', failure: { code: 'LOGIN_REFUSED' } })
  })

  test('an answer that comes after it was given up changes nothing', () => {
    expect(run({ kind: 'submit', wish }, { kind: 'back' }, unknownKey('SHA256:late'))).toBe(askForHost)
    expect(nextAddHost(askForHost, { kind: 'accept-key' })).toBe(askForHost)
  })

  test('ends with the host', () => {
    const host = { id: 'h1', name: 'web' } as Host
    const state = run({ kind: 'submit', wish }, { kind: 'added', host, adopted: ['acme'] })
    expect(state).toEqual({ kind: 'added', host, adopted: ['acme'] })
  })
})
