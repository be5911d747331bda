import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startBeside } from '../../../../src/main/adapters/netfilter/start-beside.ts'

/** Starts that the test ends: the first one, and those beside it in their order. */
const begin = () => {
  const starts: { begun: (name: string) => void; failed: (error: Error) => void; signal: AbortSignal }[] = []
  const discarded: string[] = []
  const taken = startBeside<string>({
    start: (signal) =>
      new Promise((begun, failed) => {
        starts.push({ begun, failed, signal })
        signal.addEventListener('abort', () => failed(new Error('given up')))
      }),
    discard: (name) => discarded.push(name),
    ...{ slowMs: 200, withinMs: 10_000, signal: new AbortController().signal },
  })
  return { starts, discarded, taken }
}

it('takes one beside the first that fails meanwhile, and begins none after that', async () => {
  const { starts, taken } = begin()
  await expect.poll(() => starts.length, { interval: 5 }).toBe(2)
  taken.catch(() => {})
  starts[0]?.failed(new Error('its connection was lost'))
  await pause(20)
  starts[1]?.begun('younger')
  expect(await taken).toBe('younger')
  await pause(450)
  expect(starts).toHaveLength(2)
})

it('says why the first failed, where one beside it fails too', async () => {
  const { starts, taken } = begin()
  await expect.poll(() => starts.length, { interval: 5 }).toBe(2)
  starts[0]?.failed(new Error('refused by sudo'))
  starts[1]?.failed(new Error('no place'))
  await expect(taken).rejects.toThrow('refused by sudo')
})

it('closes the one that succeeds in the same moment as another, and gives up the first only then', async () => {
  const { starts, discarded, taken } = begin()
  await expect.poll(() => starts.length, { interval: 5 }).toBe(3)
  expect(starts[0]?.signal.aborted).toBe(false)
  expect(starts.slice(1, -1).every(({ signal }) => signal.aborted)).toBe(true)
  starts[0]?.begun('first')
  starts.at(-1)?.begun('younger')
  const other = (await taken) === 'first' ? 'younger' : 'first'
  await expect.poll(() => discarded).toEqual([other])
})
