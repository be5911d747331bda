import { describe, expect, it } from 'vitest'
import { type Tenant, tenantSchema } from '../../src/contract/tenant.ts'
import {
  type StoredTenant,
  type TenantSight,
  type TenantWork,
  viewTenant,
} from '../../src/domain/tenant-view.ts'

const stored: StoredTenant = {
  id: 't1',
  name: 'acme',
  phase: 'present',
  open: true,
  port: 20_000,
  memoryMb: 64,
  maxConnections: 1024,
  allow: [{ cidr: '203.0.113.7/32', label: 'office' }],
  notes: 'a note',
  tags: ['gold'],
  createdAt: '2026-01-01T00:00:00.000Z',
}

const seen = (state: string, status = 'Up 2 hours', recorded = true): TenantSight => ({
  kind: 'seen',
  recorded,
  container: { state, status },
})
const view = (change: Partial<StoredTenant>, sight: TenantSight, work?: TenantWork) =>
  viewTenant({ ...stored, ...change }, 'web', ['203.0.113.80', '2001:db8::80'], sight, work)

describe('the state of a tenant', () => {
  it.each<[string, Partial<StoredTenant>, TenantSight, string, string]>([
    ['that runs', {}, seen('running'), 'running', ''],
    ['that is closed', { open: false }, seen('running'), 'suspended', 'lets nobody in'],
    ['that ended', {}, seen('exited', 'Exited (1) 2 minutes ago'), 'stopped', 'Exited (1) 2 minutes ago.'],
    ['that never started', {}, seen('created', 'Created'), 'stopped', 'Created.'],
    ['that is paused', {}, seen('paused', 'Up 2 hours (Paused)'), 'stopped', '`docker unpause memharbor-'],
    ['that keeps ending', {}, seen('restarting', 'Restarting (1) 3 seconds ago'), 'failed', 'keeps ending'],
    ['that is dead', {}, seen('dead', 'Dead'), 'failed', 'Docker says: Dead.'],
    ['that goes', {}, seen('removing', 'Removal In Progress'), 'failed', 'Removal In Progress.'],
    ['in a state of a later Docker', {}, seen('dreaming', 'Asleep'), 'failed', 'Asleep.'],
    [
      'without a container',
      {},
      { kind: 'seen', recorded: true, container: null },
      'failed',
      'on the host any more',
    ],
    [
      'without anything',
      {},
      { kind: 'seen', recorded: false, container: null },
      'failed',
      'on the host any more',
    ],
    ['that the filter forgot', {}, seen('running', 'Up', false), 'failed', 'does not know it'],
    [
      'on a host out of reach',
      {},
      { kind: 'unreached', why: 'Host web does not answer.' },
      'unknown',
      'answer.',
    ],
    ['closed, on a host out of reach', { open: false }, { kind: 'unreached', why: 'No.' }, 'unknown', 'No.'],
    ['that was cut off while it was made', { phase: 'creating' }, seen('running'), 'creating', 'Recovering'],
    [
      'the same, out of reach',
      { phase: 'creating' },
      { kind: 'unreached', why: 'No.' },
      'creating',
      'Recovering',
    ],
    [
      'that was cut off while it was deleted',
      { phase: 'deleting' },
      seen('running'),
      'deleting',
      'Recovering',
    ],
    ['that is deleted', { phase: 'deleted' }, seen('running'), 'deleting', 'Deleted.'],
  ])('%s', (_, change, sight, state, why) => {
    const tenant = view(change, sight)
    expect(tenant).toMatchObject({ state, why: expect.stringContaining(why) })
    expect(tenant.why).toMatch(/^$|[.]$/)
  })
})

describe('a tenant that is suspended', () => {
  it.each<[string, TenantSight, string, string]>([
    ['and runs', seen('running'), 'suspended', 'The filter lets nobody in; the cache is kept.'],
    [
      'and does not run',
      seen('exited', 'Exited (0) 2 minutes ago'),
      'stopped',
      'It is suspended: nobody gets in. The container does not run: Exited (0) 2 minutes ago.',
    ],
    [
      'and is not seen',
      { kind: 'unreached', why: 'Docker on web does not answer.' },
      'unknown',
      'It is suspended: nobody gets in, by what this panel knew last. Docker on web does not answer.',
    ],
  ])('%s is said to be', (_, sight, state, why) => {
    expect(view({ open: false }, sight)).toMatchObject({ state, why, suspended: true })
    const open = view({}, sight)
    expect(open.suspended).toBe(false)
    expect(open.why).not.toContain('suspended')
  })

  it('is not said to have its cache where that was lost', () => {
    const ended = {
      ...{ at: '2026-01-01T00:00:00Z', status: 137, outOfMemory: false },
      ...{ planned: false, dockerBegan: '2026-01-01T00:00:01Z' },
    }
    const container = { state: 'running', status: 'Up 5 seconds', ended }
    const { state, why } = view({ open: false }, { kind: 'seen', recorded: true, container })
    expect(state).toBe('suspended')
    expect(why).toMatch(/^The filter lets nobody in\.\n.* is lost\.$/)
  })

  it('is not said to be shut before its host has confirmed it, nor where it is deleted or its row is damaged', () => {
    const since = '2026-01-01T00:00:00.000Z'
    const pending = [{ kind: 'suspend' as const, cidrs: [], since, why: 'It is full.', closed: false }]
    const sight = seen('exited', 'Exited')
    const late = viewTenant({ ...stored, open: false }, 'web', [], sight, { kind: 'none' }, pending)
    expect(late).toMatchObject({ suspended: true, why: expect.not.stringContaining('nobody gets in') })
    for (const more of [{ phase: 'deleting' as const }, { unread: 'allow' }])
      expect(view({ open: false, ...more }, sight).suspended).toBe(false)
  })
})

describe('a tenant with work that did not come to its end', () => {
  const failed: TenantWork = { kind: 'failed', why: 'Docker on web does not answer.' }
  const cutOff: TenantWork = { kind: 'failed', why: null }
  it.each<[string, StoredTenant['phase'], TenantWork, string, Tenant['leftover'], string]>([
    [
      ...(['a create that failed', 'creating', failed, 'failed', 'not-created'] as const),
      'It was not created. Docker on web does not answer. What is left of it is taken back as soon as web answers.',
    ],
    [
      ...(['a create that was cut off', 'creating', cutOff, 'failed', 'not-created'] as const),
      'Creating it was cut off. It is finished or taken back as soon as web answers.',
    ],
    [
      ...(['a delete that failed', 'deleting', failed, 'failed', 'not-deleted'] as const),
      'It is not deleted yet. Its port is closed. Docker on web does not answer. It is tried again until that is done.',
    ],
    [
      ...(['a change that failed', 'present', failed, 'running', null] as const),
      'Its last change failed: Docker on web does not answer. It is finished or taken back as soon as web answers.',
    ],
    ['a create under way', 'creating', { kind: 'under-way' }, 'creating', null, 'It is being made.'],
    ['a delete under way', 'deleting', { kind: 'under-way' }, 'deleting', null, 'It is being deleted.'],
    ['a change under way', 'present', { kind: 'under-way' }, 'running', null, ''],
  ])('%s', (_, phase, work, state, leftover, why) => {
    expect(view({ phase }, seen('running'), work)).toMatchObject({ state, leftover, why })
  })

  it('is not said to be closed before its host has confirmed that', () => {
    const since = '2026-01-01T00:00:00.000Z'
    const pending = [{ kind: 'delete' as const, cidrs: [], since, why: 'It is away.', closed: false }]
    const tenant = { ...stored, phase: 'deleting' as const }
    const { why } = viewTenant(tenant, 'web', [], seen('running'), failed, pending)
    expect(why).toContain('It is not deleted yet. Docker')
  })
})

describe('access that is not closed for certain', () => {
  const since = '2026-01-01T00:00:00.000Z'
  const suspend = {
    ...{ kind: 'suspend' as const, cidrs: [], since, why: 'Host web does not answer.', closed: false },
  }
  const whyOf = (pending: Tenant['pending']) =>
    viewTenant({ ...stored, open: false }, 'web', [], seen('running'), { kind: 'none' }, pending).why

  it('is never called closed', () => {
    expect(whyOf([suspend])).toBe(
      'Not in force yet: suspending it. It is tried again until web has confirmed it.',
    )
    expect(whyOf([{ ...suspend, kind: 'revoke', cidrs: ['203.0.113.7/32'] }])).toMatch(
      /^The filter lets nobody in/,
    )
    expect(whyOf([{ ...suspend, why: '' }])).toBe('Being suspended: web has not confirmed it yet.')
    expect(whyOf([{ ...suspend, kind: 'revoke', cidrs: ['203.0.113.7/32'], why: '' }])).toBe(whyOf([]))
  })

  it('is, where the filter is closed and only the host cannot keep that', () => {
    expect(whyOf([{ ...suspend, closed: true }])).toMatch(
      /^The filter lets nobody in.* Closed, but not kept on web yet: suspending it\./,
    )
  })
})

describe('what is shown beside it', () => {
  it('is what was asked for, and fits the contract', () => {
    const tenant = view({}, seen('running'))
    expect(tenantSchema.parse(tenant)).toEqual(tenant)
    const { phase: _, open: __, ...asked } = stored
    expect(tenant).toMatchObject({ ...asked, host: 'web', addresses: ['203.0.113.80', '2001:db8::80'] })
  })

  it('may be a port that is not known yet', () => {
    expect(
      view({ phase: 'creating', port: null }, { kind: 'seen', recorded: false, container: null }).port,
    ).toBeNull()
  })

  it.each([
    ['nobody', [], false],
    ['one', ['203.0.113.7/32'], false],
    ['half of the world', ['0.0.0.0/1'], false],
    ['all of IPv4', ['203.0.113.7/32', '0.0.0.0/0'], true],
    ['all of IPv6', ['::/0'], true],
    ['two halves', ['0.0.0.0/1', '128.0.0.0/1'], true],
  ])('says whether the list lets in everybody: %s', (_, cidrs, expected) => {
    const allow = cidrs.map((cidr) => ({ cidr, label: '' }))
    expect(view({ allow }, seen('running')).openToAnyone).toBe(expected)
  })
})
