import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createBackground } from '../../src/main/services/background.ts'

it('takes on as much for later as there are hosts, without a warning on the terminal', async () => {
  const warnings: Error[] = []
  const hear = (warning: Error): void => void warnings.push(warning)
  process.on('warning', hear)
  const background = createBackground()
  for (let host = 0; host < 30; host += 1) background.later(60_000, () => {})
  await nextTurn()
  await background.settle(0)
  process.off('warning', hear)
  expect(warnings).toEqual([])
})
