import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anotherPanel, anotherPanelOrClient, type Operation } from '../../../src/contract/activity.ts'
import type { PanelEvent } from '../../../src/contract/panel.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { describeOthers } from '../../../src/renderer/frame/describe-others.ts'
import { applyEvents, emptyLiveState, type LiveState } from '../../../src/renderer/rpc/live-state.ts'

const tenant = (id: string, name: string, memoryMb = 64): Tenant => ({
  ...{
    id,
    name,
    memoryMb,
    host: 'web',
    port: 20_000,
    addresses: [],
    state: 'running',
    suspended: false,
    health: 'ok',
    why: '',
    faults: [],
    leftover: null,
    usableConnections: 1024,
  },
  ...{ maxConnections: 1024, allow: [], openToAnyone: false, pending: [], notes: '', tags: [] },
  createdAt: '2026-11-22T10:00:00.000Z',
})

const operation = (id: string, startedAt: string, outcome: Operation['outcome']): Operation => ({
  ...{
    id,
    startedAt,
    outcome,
    kind: 'tenant create',
    host: 'web',
    tenant: 'acme',
    tenantId: 't1',
    actor: 'ada@laptop',
  },
  ...{ finishedAt: null, tookMs: null, before: null, after: null, why: '', steps: [] },
  ...{ cancellable: false, stopping: false, restorable: false },
})

const stateAfter = (...events: PanelEvent[]): LiveState => applyEvents(emptyLiveState, events)

describe('the live state', () => {
  test('has tenants by name, numbers in their order', () => {
    const { tenants } = stateAfter({
      kind: 'tenants',
      tenants: [tenant('1', 'shop-10'), tenant('2', 'shop-9'), tenant('3', 'Acme')],
    })
    expect(tenants.map(({ name }) => name)).toEqual(['Acme', 'shop-9', 'shop-10'])
  })

  test('replaces a tenant where it stands, and moves one that got another name', () => {
    const before = stateAfter({ kind: 'tenants', tenants: [tenant('1', 'a'), tenant('2', 'b')] })
    const changed = applyEvents(before, [{ kind: 'tenants', tenants: [tenant('1', 'a', 128)] }])
    expect(changed.tenants.map(({ memoryMb }) => memoryMb)).toEqual([128, 64])
    expect(changed.tenants[1]).toBe(before.tenants[1])
    const renamed = applyEvents(changed, [{ kind: 'tenants', tenants: [tenant('1', 'c', 128)] }])
    expect(renamed.tenants.map(({ name }) => name)).toEqual(['b', 'c'])
  })

  test('forgets what is gone, also when it came in the same frame', () => {
    const state = stateAfter(
      { kind: 'tenants', tenants: [tenant('1', 'a'), tenant('2', 'b')] },
      { kind: 'gone', tenantIds: ['1'], hostIds: [] },
    )
    expect(state.tenants.map(({ id }) => id)).toEqual(['2'])
    expect(state.tenantsById.has('1')).toBe(false)
  })

  test('keeps each operation once, as it was told last, the newest first', () => {
    const { operations } = stateAfter(
      { kind: 'operations', operations: [operation('a', '2026-11-22T10:00:00Z', 'running')] },
      { kind: 'operations', operations: [operation('b', '2026-11-22T11:00:00Z', 'running')] },
      { kind: 'operations', operations: [operation('a', '2026-11-22T10:00:00Z', 'done')] },
    )
    expect(operations.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['b running', 'a done'])
  })

  test('counts what others did, each once', () => {
    const by = (id: string, actor: string): PanelEvent => ({
      kind: 'operations',
      operations: [{ ...operation(id, '2026-11-22T10:00:00Z', 'done'), actor }],
    })
    const others = [by('a', anotherPanel), by('b', anotherPanel), by('c', anotherPanelOrClient)]
    const state = stateAfter(...others, by('a', anotherPanel), by('d', 'ada@laptop'))
    expect(state.others).toEqual({ changes: 2, flushes: 1 })
    expect(describeOthers(state.others)).toBe(
      '2 changes by another panel, 1 cache emptied by another panel or a client',
    )
    expect(describeOthers(emptyLiveState.others)).toBe('')
  })

  test('is the same however the events fall into frames', () => {
    const event: fc.Arbitrary<PanelEvent> = fc.oneof(
      fc.array(fc.tuple(fc.nat(9), fc.string({ maxLength: 3 })), { maxLength: 4 }).map((pairs) => ({
        kind: 'tenants' as const,
        tenants: pairs.map(([id, name]) => tenant(String(id), name)),
      })),
      fc.array(fc.nat(9), { maxLength: 3 }).map((ids) => ({
        kind: 'gone' as const,
        tenantIds: ids.map(String),
        hostIds: [],
      })),
    )
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const oneFrame = applyEvents(emptyLiveState, events)
        const aFrameEach = events.reduce((state, each) => applyEvents(state, [each]), emptyLiveState)
        const ids = (state: LiveState) => state.tenants.map(({ id, name }) => `${id} ${name}`).sort()
        const { compare } = new Intl.Collator('en', { numeric: true })
        const byName = aFrameEach.tenants.map(({ name }) => name)
        expect(byName).toEqual(byName.toSorted(compare))
        expect(ids(oneFrame)).toEqual(ids(aFrameEach))
        expect(oneFrame.tenants.length).toBe(oneFrame.tenantsById.size)
      }),
    )
  })
})
