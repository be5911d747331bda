import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { StoredOperation } from '../../src/main/adapters/store/operations.ts'
import { createRunningOperations } from '../../src/main/services/operation/running.ts'
import { silent } from '../../src/main/services/progress.ts'

const suspending: StoredOperation = {
  ...{ id: 'suspend00001', kind: 'tenant suspend', hostId: 'host00000001', tenantId: 'tenant000001' },
  ...{ hostName: 'web1', tenantName: 'acme', actor: 'ada@laptop', startedAt: '2026-11-20T08:00:00Z' },
  ...{ finishedAt: null, outcome: 'running', problem: null, before: null, after: null, steps: [] },
}

it.each([
  ['that came first', 0],
  ['that came last', 1],
] as const)('of two who ask for the same closing at once, the one %s ends alone', async (_, first) => {
  const running = createRunningOperations()
  const ends: (() => void)[] = []
  const closing = (): Promise<void> => new Promise((resolve) => ends.push(resolve))
  const works = [0, 1].map(() => running.enter(suspending, silent, false, closing))
  const over: string[] = []
  const idle = running.whenIdle('host00000001').then(() => over.push('idle'))
  ends[first]?.()
  await works[first]
  const settled = running.settle(60_000).then(() => over.push('settled'))
  await nextTurn()
  expect(over).toEqual([])
  expect(running.find(suspending.id)?.begun).toBe(suspending)
  expect(running.isBusy('tenant000001')).toBe(true)
  expect(running.isBusy('tenant000001', suspending.id)).toBe(false)
  ends[1 - first]?.()
  await Promise.all([...works, idle, settled])
  expect(over.toSorted()).toEqual(['idle', 'settled'])
  expect(running.find(suspending.id)).toBeUndefined()
  expect(running.isBusy('tenant000001')).toBe(false)
})

it('steps of one kind that are reported by numbers are shown by their sentences', async () => {
  const running = createRunningOperations()
  const steps = ['Give acme', 'Give shop'].map((sentence, position) => ({
    ...{ position, kind: 'differs', sentence, state: 'intended' as const },
    ...{ startedAt: '2026-11-20T08:00:00Z', finishedAt: null },
  }))
  const begun = { ...suspending, kind: 'host recover', tenantId: null, tenantName: null, steps }
  let seen: unknown
  await running.enter(begun, silent, false, async (report) => {
    report.started('0 differs', 'Give acme')
    report.done('0 differs', 'Give acme')
    report.started('1 differs', 'Give shop')
    seen = running.find(begun.id)?.steps.map(({ state }) => state)
  })
  expect(seen).toEqual(['done', 'started'])
})
