import { execa } from 'execa'
import { afterEach, expect, it } from 'vitest'
import { hearSignal } from '../../src/main/hear-signal.ts'

let ignore = (): void => {}
afterEach(() => ignore())

it('a signal is heard, and ends nothing, also while a program runs that execa started', async () => {
  const child = execa('sleep', ['60'], { reject: false })
  let times = 0
  ignore = hearSignal('SIGINT', () => {
    times += 1
  })
  const before = process.listenerCount('SIGINT')
  process.emit('SIGINT')
  // Alone, the listener of signal-exit would send the signal again.
  expect(process.listenerCount('SIGINT')).toBe(before)
  expect(before).toBeGreaterThan(1)
  expect(times).toBe(1)
  child.kill()
  await child
})
