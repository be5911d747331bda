import { describe, expect, it } from 'vitest'
import type { Host, ListedHost } from '../../../src/contract/host.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { describeHostTrouble, describeNext } from '../../../src/main/cli/describe-host-trouble.ts'
import { renderForgotten } from '../../../src/main/cli/render-host.ts'
import { renderPending } from '../../../src/main/cli/render-pending.ts'

const since = '2026-01-02T03:04:05.000Z'
const why = "The helper of web1 refused: it can't write its state."

import {
  isOpenNow,
  renderAllowlistChange,
  renderTenant,
  renderTenants,
} from '../../../src/main/cli/render-tenant.ts'
import { tenantOf } from '../../renderer/tenant/samples.ts'

describe('a closing that is not in force, as a line', () => {
  it.each([
    ['203.0.113.7/32', why, `revoke 203.0.113.7/32, not in force since ${since}: ${why}`],
    ['', '', `revoke, not in force since ${since}`],
  ])('of %o and because of %o', (cidrs, because, line) => {
    const closing = { kind: 'revoke' as const, cidrs: [], since, why: because, closed: false }
    expect(renderPending(closing, cidrs)).toBe(line)
  })

  it('is called closed where the filter is, and only the host cannot keep it', () => {
    const closing = { kind: 'suspend' as const, cidrs: [], since, why, closed: true }
    expect(renderPending(closing, '')).toBe(`suspend, closed and not kept there since ${since}: ${why}`)
  })

  it('has its reason under a host that answers, and not where it is said of the host already', () => {
    const host: ListedHost = {
      ...ready,
      pending: [{ tenant: 'acme', kind: 'suspend', cidrs: [], since, why, closed: false }],
    }
    const version = { version: '1.3.0', brings: '1.3.0' }
    const helper = { host: 'web1', ...version, standing: 'current', why: '', filterFault: null } as const
    expect(describeHostTrouble(host, helper)).toEqual([
      `PENDING acme: suspend, not in force since ${since}: ${why}`,
    ])
    const away = { ...helper, version: null, standing: 'unknown', why: 'It does not answer.' } as const
    expect(describeHostTrouble(host, away)).toEqual([
      'It does not answer.',
      `PENDING acme: suspend, not in force since ${since}`,
    ])
  })
})

it('addresses that are allowed to a suspended tenant are said to get in when it is resumed', () => {
  const told = (state: Tenant['state']) => {
    const change = {
      changed: [],
      allowNotes: [],
      strays: [],
      staysInside: { cidrs: [], sentence: '' },
      cut: [],
    }
    const tenant = { ...tenantOf({ state, openToAnyone: true }), metrics: null }
    return renderAllowlistChange('Allowed', { ...change, tenant })
  }
  expect(told('suspended')).toMatch(
    /acme is suspended: nobody gets in until .*`memharbor tenant resume acme`/,
  )
  expect(told('suspended')).not.toContain('WARNING')
  expect(told('running')).toMatch(/^Allowed for acme on web-1: .*\nWARNING: everybody/)
})

it('a suspended tenant that does not run is said to let nobody in, unless its host has not confirmed that', () => {
  const shut = tenantOf({ state: 'stopped', suspended: true, openToAnyone: true })
  expect(renderTenant(shut)).toMatch(
    /Allowed +nobody while it is suspended; after `memharbor tenant resume`:/,
  )
  expect(renderTenants([shut])).toMatch(/stopped \(suspended\)/)
  const late = { ...shut, pending: [{ kind: 'suspend' as const, cidrs: [], since, why, closed: false }] }
  expect(renderTenant(late)).toMatch(/Allowed +EVERYBODY/)
  expect([shut, late].map(isOpenNow)).toEqual([false, true])
})

it('tenants of a forgotten host run on, but for those that were being deleted', () => {
  expect(renderForgotten('web1', { forgotten: [], unfinished: [] })).toEqual([])
  expect(renderForgotten('web1', { forgotten: ['acme', 'beta'], unfinished: ['beta'] })).toEqual([
    'Still running there: acme.',
    'Not deleted to the end there: beta. What is left of it stays: add web1 again and delete it again.',
  ])
})

it('the next command is named where a host waits for one', () => {
  const told = { sentence: '', advice: '' }
  const trust = 'Next: memharbor host trust web1, which says first what that means; then '
  const recover = 'memharbor host recover web1 --as-panel'
  expect(describeNext(ready)).toEqual([])
  expect(describeNext({ ...ready, server: { kind: 'replaced', ...told } })).toEqual([`${trust}${recover}`])
  expect(describeNext({ ...ready, server: { kind: 'twin', other: 'a', isSame: true, ...told } })).toEqual([])
  const putBack = { since, tenants: ['acme'], accepted: false }
  expect(describeNext({ ...ready, putBack })).toEqual([`Next: ${recover}, or --as-host`])
})

const ready: Host = {
  ...{ id: 'host00000001', name: 'web1', target: { kind: 'socket', path: '/run/docker.sock' } },
  ...{ publicAddress: null, mode: 'filtered', modeReason: '', portRange: { from: 20_000, to: 29_999 } },
  ...{ tenants: 1, isDefault: true, createdAt: since, putBack: null, server: null },
}
