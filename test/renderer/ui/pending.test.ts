import { describe, expect, it } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { describePendingOf, describeUnderWay } from '../../../src/renderer/ui/pending.ts'
import { tenantOf } from '../tenant/samples.ts'

const since = '2026-11-22T10:00:00.000Z'
const host: Host = {
  ...{ id: 'h1', name: 'web-1', target: { kind: 'socket', path: '/run/docker.sock' } },
  ...{ publicAddress: null, mode: 'filtered', modeReason: '', portRange: { from: 20_000, to: 29_999 } },
  ...{ tenants: 3, isDefault: true, createdAt: since, putBack: null, server: null },
}
const closing = (change: Partial<Tenant['pending'][number]>): Tenant['pending'][number] => ({
  ...{ kind: 'suspend', cidrs: [], since, why: 'No answer.', closed: false },
  ...change,
})
const revoked = tenantOf({ pending: [closing({ kind: 'revoke', cidrs: ['203.0.113.7/32'] })] })
const suspended = tenantOf({ id: 't2', name: 'beta', pending: [closing({})] })

describe('what is not closed for certain on a host', () => {
  it('is named with its tenants', () => {
    expect(describePendingOf(host, [revoked, suspended])).toBe(
      'Not in force yet: revoking 203.0.113.7/32 of acme, suspending beta. It is tried again until web-1 has confirmed it.',
    )
  })

  it('is nothing where it is just being done, and on another host', () => {
    const busy = tenantOf({ pending: [closing({ why: '' })] })
    expect(describePendingOf(host, [busy, { ...revoked, host: 'web-2' }])).toBe('')
  })

  it('is told of its tenant as being done until the host has answered for the first time', () => {
    const revoking = closing({ kind: 'revoke', cidrs: ['203.0.113.7/32'], why: '' })
    expect(describeUnderWay(tenantOf({ pending: [revoking] }))).toBe('203.0.113.7/32 is being revoked.')
    const both = tenantOf({ pending: [revoking, revoking, closing({ why: '' })] })
    expect(describeUnderWay(both)).toMatch(/ are being revoked\. It is being suspended\.$/)
    expect(describeUnderWay(suspended)).toBe('')
  })

  it('is said to be closed where only the records of that host lack it', () => {
    const kept = tenantOf({ pending: [closing({ closed: true })] })
    expect(describePendingOf(host, [kept])).toMatch(/^Closed, but not kept on web-1 yet: suspending acme\./)
    expect(describePendingOf(host, [kept, suspended])).toMatch(/^Not in force yet: /)
  })

  it('waits where the host is another server than before', () => {
    const server = { kind: 'replaced', sentence: '', advice: '' } as const
    expect(describePendingOf({ ...host, server }, [suspended])).toMatch(
      /so it waits until that is settled\.$/,
    )
  })
})
