import { describe, expect, test } from 'vitest'
import { describeDoubt, describeTrust } from '../../../src/core/host/describe-server.ts'
import { judgeServer, type KnownServer, type ServerDoubt } from '../../../src/core/host/judge-server.ts'

const server = (name: string, changes: Partial<KnownServer> = {}): KnownServer => ({
  ...{ id: `id-${name}`, name, registryId: `registry-${name}`, seenRegistryId: null, bootId: null },
  createdAt: '2026-11-22T10:00:00.000Z',
  ...changes,
})
const later = { createdAt: '2026-11-23T10:00:00.000Z' }
const web1 = server('web1')

describe('which server a host is', () => {
  const copy = { registryId: 'registry-web1', ...later }
  const moved = server('web2', { seenRegistryId: 'registry-web1' })
  const old = { createdAt: '2026-11-21T10:00:00.000Z' }
  test.each<[what: string, host: KnownServer, others: KnownServer[], doubt: ServerDoubt | null]>([
    ['one that was never seen', server('web2', { registryId: null }), [web1], null],
    ['the one that it was', server('web2'), [web1], null],
    ['another one than before', server('web2', { seenRegistryId: 'new' }), [web1], { kind: 'replaced' }],
    ['the one that was added before its copy', web1, [server('web2', copy)], null],
    [
      'one of which the start is not known',
      server('web2', copy),
      [web1],
      { kind: 'twin', other: 'web1', isSame: null },
    ],
    [
      'the same server',
      server('web2', { ...copy, bootId: 'a' }),
      [{ ...web1, bootId: 'a' }],
      { kind: 'twin', other: 'web1', isSame: true },
    ],
    [
      'a copy',
      server('web2', { ...copy, bootId: 'b' }),
      [{ ...web1, bootId: 'a' }],
      { kind: 'twin', other: 'web1', isSame: false },
    ],
    ['one whose address leads to another', moved, [web1], { kind: 'twin', other: 'web1', isSame: null }],
    ['the one that others lead to', web1, [{ ...moved, ...old }], null],
  ])('%s', (_, host, others, doubt) => {
    expect(judgeServer(host, [...others, host])).toEqual(doubt)
    expect(judgeServer(host, [host, ...others])).toEqual(doubt)
  })
})

test('every doubt says what to do', () => {
  const { advice } = describeDoubt('web2', { kind: 'replaced' })
  expect(advice).toMatch(/memharbor host trust web2.*memharbor host recover web2 --as-panel/)
  for (const isSame of [true, false, null]) {
    const { sentence, advice } = describeDoubt('web2', { kind: 'twin', other: 'web1', isSame })
    expect(sentence).toContain('web1')
    expect(advice).toContain('memharbor host remove web2 --forget')
  }
})

test('what taking another server means is said of tenants, records and closings', () => {
  const nothing = { absent: [], containers: [], present: [], unknown: 0, pending: [] }
  expect(describeTrust('web1', nothing)).toEqual({
    sentence: 'web1 is another server than before. Neither side has a tenant there.',
    advice: '',
  })
  const many = Array.from({ length: 7 }, (_, index) => `tenant${index}`)
  const { sentence: said, advice } = describeTrust('web1', {
    ...{
      ...nothing,
      absent: many,
      present: ['acme'],
      unknown: 2,
      pending: ['revoking 203.0.113.7/32 of acme'],
    },
  })
  expect(said).toMatch(/no record of tenant0, .* and 2 more: they have no cache there/)
  expect(advice).toContain('memharbor host recover web1 --as-panel')
  expect(said).toContain('It has records of acme')
  expect(said).toContain('2 tenants that only it has')
  expect(said).toContain('Not closed for certain on the old one: revoking 203.0.113.7/32 of acme.')
})

test.each([
  ['no container', [], ['no record of acme, beta: they have no cache there.']],
  [
    'one container',
    ['beta'],
    [
      'no record of acme: they have no cache there.',
      'containers of beta, but no record: nobody gets in to them.',
    ],
  ],
  ['both containers', ['acme', 'beta'], ['containers of acme, beta, but no record: nobody gets in to them.']],
  [
    'a Docker that does not answer',
    null,
    ['no record of acme, beta: nobody gets in there. Docker did not say'],
  ],
])('nobody is said to have no cache whose container runs: %s', (_, containers, parts) => {
  const left = { absent: ['acme', 'beta'], containers, present: [], unknown: 0, pending: [] }
  const { sentence, advice } = describeTrust('web1', left)
  for (const part of parts) expect(sentence).toContain(part)
  expect(sentence.includes('no cache')).toBe(parts.some((part) => part.includes('no cache')))
  expect(advice).toContain('host recover web1 --as-panel')
})
