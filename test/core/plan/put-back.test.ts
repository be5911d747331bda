import { describe, expect, it } from 'vitest'
import {
  compareMemory,
  type KnownTenant,
  listRevoked,
  listSigns,
  planCloseAgain,
  planRecovery,
} from '../../../src/core/plan/put-back.ts'
import type { TenantRecord } from '../../../src/domain/tenant-plan.ts'

const entry = (cidr: string, label = '') => ({ cidr, label })
const office = entry('198.51.100.0/24')
const left = entry('203.0.113.7/32')

const known = (change: Partial<KnownTenant> = {}): KnownTenant => ({
  ...{ id: 't1', name: 'acme', present: true, open: true, port: 20_000, memoryMb: 64, maxConnections: 1024 },
  ...{ image: null, allow: [office], notes: '', tags: [], createdAt: '2026-11-22T10:02:53.123Z' },
  ...{ phase: 'present', revision: 52, revoked: new Set<string>() },
  ...change,
})
const record = (change: Partial<TenantRecord> = {}): TenantRecord => ({
  ...{ port: 20_000, network: 1, revision: 47, name: 'acme', open: true, memoryMb: 64, maxConnections: 1024 },
  ...{ allow: [office], notes: '', tags: [] },
  ...change,
})
const memory = (held: TenantRecord | null, released: readonly string[] = []) => ({
  records: new Map(held === null ? [] : [['t1', held]]),
  released: new Set(released),
})

describe('signs of a memory that is older than what it confirmed', () => {
  it.each([
    ['the same revision', known({ revision: 47 }), record(), []],
    ['a newer one, by another panel', known({ revision: 40 }), record(), []],
    ['an older one', known(), record(), ['t1']],
    ['no record of a tenant that is there', known(), null, ['t1']],
    ['no record of a deleted one', known({ phase: 'deleted' }), null, []],
    ['a record of a deleted one', known({ phase: 'deleted' }), record(), ['t1']],
    ['a newer record of a deleted one', known({ phase: 'deleted', revision: 40 }), record(), []],
    ['one that is being made', known({ phase: 'creating' }), null, []],
    ['an older one of a tenant that is being deleted', known({ phase: 'deleting' }), record(), ['t1']],
    ['the same of one that is being deleted', known({ phase: 'deleting', revision: 47 }), record(), []],
  ] as const)('%s', (_, tenant, held, signs) => {
    expect(listSigns(new Map([['t1', tenant]]), memory(held).records)).toEqual(signs)
  })
})

describe('what is closed again without asking', () => {
  it.each([
    ['nothing where nothing was closed', known(), record(), []],
    ['an entry that was revoked', known(), record({ allow: [office, left] }), [[left.cidr]]],
    ['a suspended tenant', known({ open: false }), record(), [null]],
    ['a deleted one', known({ phase: 'deleted', allow: [] }), record(), [null]],
    ['not one that another panel has put back', known({ phase: 'deleted', revision: 40 }), record(), []],
    ['nothing of one that is closed already', known({ open: false }), record({ open: false }), []],
    [
      'of one that was suspended also what was revoked',
      known({ open: false }),
      record({ allow: [office, left] }),
      [null, [left.cidr]],
    ],
    [
      'of a deleted one also what was revoked before',
      known({ phase: 'deleted', allow: [], deletion: { allow: [office] } }),
      record({ open: false, allow: [office, left] }),
      [[left.cidr]],
    ],
    ['not what another panel wrote since', known({ revision: 40 }), record({ allow: [office, left] }), []],
    [
      'what another panel wrote since, if it was revoked here',
      known({ revision: 40, revoked: new Set([left.cidr]) }),
      record({ allow: [office, left] }),
      [[left.cidr]],
    ],
  ] as const)('%s', (_, tenant, held, expected) => {
    expect(planCloseAgain([tenant], memory(held)).map(({ cidrs }) => cidrs)).toEqual(expected)
  })
})

it('of a log, every entry that was revoked counts, whatever was before it or after', () => {
  const revoke = (cidr: string, outcome: 'done' | 'undone' | 'running' = 'done') => ({
    ...{ kind: 'tenant revoke', before: { allow: [entry(cidr)] }, after: { allow: [] }, outcome },
  })
  const allow = {
    ...{ kind: 'tenant allow', before: { allow: [] }, after: { allow: [left] }, outcome: 'done' as const },
  }
  const both = new Set([left.cidr, '192.0.2.9/32'])
  expect(listRevoked([allow, revoke(left.cidr), revoke('192.0.2.9/32', 'running')])).toEqual(both)
  expect(listRevoked([revoke(left.cidr), allow])).toEqual(new Set([left.cidr]))
  expect(listRevoked([allow, revoke(left.cidr, 'undone')])).toEqual(new Set())
  expect(listRevoked([{ ...revoke(left.cidr), before: null, after: 'x' }])).toEqual(new Set())
})

describe('what is asked', () => {
  const kinds = (tenant: KnownTenant, held: TenantRecord | null, released: readonly string[] = []) =>
    compareMemory([tenant], memory(held, released)).map(({ kind, fields }) => [kind, ...fields])

  it.each([
    ['nothing where only the revision is older', known(), record(), []],
    ['an entry that the host lost', known({ allow: [office, left] }), record(), [['differs', 'allowlist']]],
    [
      'other limits',
      known({ memoryMb: 128 }),
      record({ maxConnections: 64 }),
      [['differs', 'memory', 'connections']],
    ],
    ['a resumed tenant', known(), record({ open: false }), [['differs', 'suspension']]],
    ['a tenant that the host lost', known(), null, [['lost']]],
    ['one that was deleted', known({ phase: 'deleted', allow: [] }), record({ open: false }), [['returned']]],
    ['nothing of one halfway', known({ phase: 'creating' }), null, []],
  ] as const)('%s', (_, tenant, held, expected) => {
    expect(kinds(tenant, held)).toEqual(expected)
  })

  it('nothing of one that another panel deleted', () => {
    expect(kinds(known(), null, ['t1'])).toEqual([])
  })
})

it('what went is settled first, in words for either side', () => {
  const of = (kind: 'differs' | 'lost' | 'returned', fields: string[] = []) => ({
    ...{ kind, tenantId: kind, name: kind, fields },
  })
  const differences = [of('differs', ['name', 'port']), of('lost'), of('returned')]
  const sentences = (as: 'panel' | 'host') =>
    planRecovery(as, 'web1', differences).map(({ sentence }) => sentence)
  expect(sentences('panel')).toEqual([
    'Remove returned from web1 again',
    'Make lost on web1 again with its port; its cache stays if its container still runs there',
    'Give differs on web1 what this panel has: name, port',
  ])
  expect(sentences('host')).toEqual([
    'Take returned back from web1; nobody gets in until it is resumed',
    'Delete lost here, because web1 does not have it; a container of it there goes, with its cache',
    'Take over what web1 has of differs: name, port',
  ])
})

describe('whom a step lets in', () => {
  const made = 'Make acme on web1 again with its port; its cache stays if its container still runs there'
  const given = 'Give acme on web1 what this panel has'
  const taken = 'Take over what web1 has of acme'
  const both = { allow: [office, left] }

  it.each([
    [
      'an entry more of this panel',
      known(both),
      record(),
      `${given}: allowlist; this lets in ${left.cidr}`,
      `${taken}: allowlist`,
    ],
    [
      'an entry more of the host',
      known(),
      record(both),
      `${given}: allowlist`,
      `${taken}: allowlist; this lets in ${left.cidr}`,
    ],
    [
      'one that only this panel has open: its whole list',
      known(both),
      record({ open: false }),
      `${given}: suspension, allowlist; this resumes it and lets in ${office.cidr}, ${left.cidr}`,
      `${taken}: suspension, allowlist`,
    ],
    [
      'one that only the host has open',
      known({ open: false, ...both }),
      record(),
      `${given}: suspension, allowlist`,
      `${taken}: suspension, allowlist; this resumes it and lets in ${office.cidr}`,
    ],
    [
      'one that nobody has open',
      known({ open: false, allow: [office] }),
      record({ open: false, allow: [left] }),
      `${given}: allowlist`,
      `${taken}: allowlist`,
    ],
    [
      'a lost one: its whole list',
      known(both),
      null,
      `${made}; this lets in ${office.cidr}, ${left.cidr}`,
      expect.not.stringContaining('lets in'),
    ],
    [
      'a lost one that is suspended',
      known({ open: false }),
      null,
      made,
      expect.not.stringContaining('lets in'),
    ],
    ['a lost one without a list', known({ allow: [] }), null, made, expect.not.stringContaining('lets in')],
    [
      'a deleted one',
      known({ phase: 'deleted' }),
      record({ open: false }),
      'Remove acme from web1 again',
      'Take acme back from web1; nobody gets in until it is resumed',
    ],
  ] as const)('%s', (_, tenant, held, asPanel, asHost) => {
    const differences = compareMemory([tenant], memory(held))
    const sentences = (as: 'panel' | 'host') =>
      planRecovery(as, 'web1', differences).map(({ sentence }) => sentence)
    expect(sentences('panel')).toEqual([asPanel])
    expect(sentences('host')).toEqual([asHost])
  })
})
