import { describe, expect, it } from 'vitest'
import { createSharedReads } from '../../../../src/main/adapters/netfilter/shared-reads.ts'

/** Readings that end when the test says so; each gives its number. */
const startReadings = () => {
  const ends: ((error?: Error) => void)[] = []
  const read = () =>
    new Promise<number>((resolve, reject) => {
      const number = ends.length
      ends.push((error) => (error === undefined ? resolve(number) : reject(error)))
    })
  return { ends, read }
}

describe('a reading that several ask for', () => {
  it('is never one that began before it was asked for, and at most one at a time', async () => {
    const { ends, read } = startReadings()
    const share = createSharedReads()
    const first = share('all', read)
    const meanwhile = [share('all', read), share('all', read)]
    expect(ends).toHaveLength(1)
    ends[0]?.()
    expect(await first).toBe(0)
    await Promise.resolve()
    expect(ends).toHaveLength(2)
    const late = share('all', read)
    ends[1]?.()
    expect(await Promise.all(meanwhile)).toEqual([1, 1])
    await Promise.resolve()
    ends[2]?.()
    expect(await late).toBe(2)
    const afterwards = share('all', read)
    ends[3]?.()
    expect(await afterwards).toBe(3)
  })

  it('goes on after one that failed, and knows others by their key', async () => {
    const { ends, read } = startReadings()
    const share = createSharedReads()
    const [first, next, other] = [share('all', read), share('all', read), share('one', read)]
    ends[0]?.(new Error('gone'))
    ends[1]?.()
    await expect(first).rejects.toThrow('gone')
    expect(await other).toBe(1)
    await Promise.resolve()
    ends[2]?.()
    expect(await next).toBe(2)
  })
})
