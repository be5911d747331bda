import { expect, test } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import { describeSteps, indexRunning } from '../../../src/renderer/features/tenants/table/operation-text.ts'
import { sampleOperation } from '../../contract/operation-sample.ts'

const steps: Operation['steps'] = [
  { sentence: 'Reserve a port.', state: 'done' },
  { sentence: 'Make the container.', state: 'started' },
  { sentence: 'Wait for its answer.', state: 'intended' },
]
const between: Operation['steps'] = steps.map((step) =>
  step.state === 'started' ? { ...step, state: 'failed' } : step,
)

test.each<[string, Operation['steps'], boolean, string]>([
  ['a step', steps, false, '2 of 3: Make the container'],
  ['a step, and it was asked to stop', steps, true, 'Stopping after 2 of 3: Make the container'],
  ['what was done is taken back', between, true, 'Stopping'],
  ['nothing on a host', [], false, ''],
])('what a row says: %s', (_, steps, stopping, sentence) => {
  expect(describeSteps({ steps, stopping }).sentence).toBe(sentence)
})

test('what runs is that of the tenant with this id, not of an earlier one with its name', () => {
  const operation = (id: string, given: Partial<Operation>): Operation =>
    sampleOperation({ id, kind: 'tenant delete', outcome: 'running', ...given })
  const running = indexRunning([
    operation('new', { kind: 'tenant create', tenantId: 't2' }),
    operation('old', {}),
    operation('over', { tenantId: 't3', outcome: 'done' }),
    operation('short', { tenantId: 't4', kind: 'tenant rename' }),
  ])
  expect([...running].map(([tenant, { id }]) => [tenant, id])).toEqual([
    ['t2', 'new'],
    ['t1', 'old'],
  ])
})
