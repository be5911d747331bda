import type { Operation } from '../../src/contract/activity.ts'

/** An operation of the tenant acme that has ended, otherwise than given. */
export const sampleOperation = (given: Partial<Operation> = {}): Operation => ({
  ...{ id: 'a', kind: 'tenant create', host: 'web', tenant: 'acme', tenantId: 't1', actor: 'ada@laptop' },
  ...{ startedAt: '2026-11-22T10:00:00.000Z', finishedAt: null, tookMs: null, outcome: 'done' },
  ...{ before: null, after: null, why: '', steps: [] },
  ...{ cancellable: false, stopping: false, restorable: false },
  ...given,
})
