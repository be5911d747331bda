import { expect, test } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import { describeSteps } from '../../../src/renderer/features/tenants/table/operation-text.ts'

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
