import { expect, it } from 'vitest'
import { keepBytes } from '../../../src/main/adapters/store/kept-bytes.ts'
import { until } from '../../hosts/condition.ts'

const bytes = new Uint8Array(100_000).map((_, at) => at % 7)

it('bytes are the same before and after they are packed', async () => {
  const kept = keepBytes(bytes, 0)
  expect(kept.length).toBe(bytes.length)
  expect(kept.read()).toBe(bytes)
  await until('they are packed', async () => kept.read() !== bytes)
  expect(Buffer.compare(kept.read(), bytes)).toBe(0)
  expect(kept.length).toBe(bytes.length)
})

it('those that are not read any more are not packed', async () => {
  const forgotten = keepBytes(bytes, 0)
  forgotten.forget()
  const kept = keepBytes(bytes, 1)
  await until('others are', async () => kept.read() !== bytes)
  expect(forgotten.read()).toBe(bytes)
})
