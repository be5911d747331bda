import { describe, expect, it } from 'vitest'
import { problemOfEnd, problemOfRefusal } from '../../../../src/main/adapters/netfilter/refusals.ts'

const refusal = (code: string, details: Record<string, unknown>) => ({
  ok: false as const,
  code,
  message: 'It is so.',
  details,
})
const failed = {
  code: 'HELPER_FAILED',
  details: { host: 'web', op: 'change the filter', reason: 'It is so' },
}

describe('what a refusal of the helper means', () => {
  it.each([
    [
      refusal('memory', { askedMb: 91, freeMb: 10 }),
      { code: 'MEMORY_OVERCOMMITTED', details: { host: 'web', askedMb: 91, freeMb: 10 } },
    ],
    [
      refusal('ports', { from: 1, to: 2, quarantined: 1 }),
      { code: 'NO_PORT_LEFT', details: { host: 'web', from: 1, to: 2, quarantined: 1 } },
    ],
    [
      refusal('range', { from: 1, to: 2, reason: 'starts below 1024' }),
      { code: 'PORT_RANGE_INVALID', details: { host: 'web', from: 1, to: 2, reason: 'starts below 1024' } },
    ],
    [
      refusal('stale', { expected: 2, found: 3, tenant: { name: 'acme' } }),
      { code: 'REVISION_STALE', details: { host: 'web', tenant: 'acme', expected: 2, found: 3 } },
    ],
    [
      refusal('tenants', { tenants: ['acme0001'] }),
      { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: ['acme0001'] } },
    ],
    [
      refusal('folder', { path: '/var/lib/memharbor' }),
      { code: 'STATE_OPEN', details: { host: 'web', path: '/var/lib/memharbor' } },
    ],
    [
      refusal('backends', { used: 'nft', other: 'legacy', rules: 3 }),
      { code: 'BACKENDS_MIXED', details: { host: 'web', used: 'nft', other: 'legacy', rules: 3 } },
    ],
    [refusal('unconfigured', {}), { code: 'HOST_NOT_PREPARED' }],
    [refusal('version', { speaks: 2 }), { code: 'HELPER_INCOMPATIBLE' }],
    [refusal('kernel', { reason: 'x' }), failed],
    [
      {
        ...refusal('disk', { reason: 'Read-only file system' }),
        message: '/x cannot be written: Read-only file system.',
      },
      {
        code: 'STATE_UNWRITABLE',
        details: { host: 'web', reason: 'Read-only file system', isRefused: true },
      },
    ],
    [refusal('disk', { reason: 'No such file or directory' }), failed],
    [refusal('memory', { askedMb: 'much' }), failed],
    [refusal('what', {}), failed],
  ])('%j', (given, problem) => {
    expect(problemOfRefusal('web', 'put', given)).toMatchObject(problem)
  })

  it.each([
    [
      refusal('disk', { closed: 'boot', reason: 'No space left on device' }),
      /written \(No space left on device\)$/,
    ],
    [refusal('busy', { closed: 'refill', reason: 'Another change runs.' }), /^Another change runs$/],
    [refusal('state', { closed: 'repair', reason: 'it is not JSON' }), /^It is so$/],
  ] as const)('of a closing that is in the filter: %j', (given, told) => {
    const { closed: until } = given.details
    expect(problemOfRefusal('web', 'close', given)).toEqual({
      code: 'CLOSED_IN_FILTER',
      details: { host: 'web', until, reason: expect.stringMatching(told) },
    })
    const open = { ...given, details: { ...given.details, closed: null } }
    expect(problemOfRefusal('web', 'close', open)).toMatchObject({ code: 'HELPER_FAILED' })
  })
})

describe('why a session ended', () => {
  const connected = { connected: true }

  it.each([
    ['', 'the connection to it ended'],
    ['MemoryError\n', 'MemoryError'],
  ])('%j', (stderr, reason) => {
    expect(problemOfEnd('web', 'put', { status: 1, stderr }, connected)).toEqual({
      code: 'HELPER_FAILED',
      details: { host: 'web', op: 'change the filter', reason },
    })
  })

  it('is an answer that was too long, with its measure', () => {
    const cut = 'its answer is longer than 64 MiB'
    const words = { status: null, stderr: '', cut }
    expect(problemOfEnd('web', 'records', words, connected)).toEqual({
      code: 'HELPER_FAILED',
      details: { host: 'web', op: 'read its records', reason: cut },
    })
  })
})
