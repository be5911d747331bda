import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { renderFigure, renderMemory } from '../../../src/renderer/features/tenants/table/cell-text.ts'
import { describeCell } from '../../../src/renderer/features/tenants/table/describe-cell.ts'
import { type FiguresPoller, startFiguresPoller } from '../../../src/renderer/rpc/figures-poller.ts'
import { createFiguresStore } from '../../../src/renderer/rpc/figures-store.ts'
import { makeFigures, makeTenant } from './tenant.ts'

describe('the store', () => {
  test('whoever shows a tenant hears of that tenant only', () => {
    const store = createFiguresStore()
    const heard: string[] = []
    const end = store.subscribe('a', () => heard.push('a'))
    store.subscribe('b', () => heard.push('b'))
    store.put([makeFigures({ id: 'a' }), makeFigures({ id: 'c' })])
    expect(heard).toEqual(['a'])
    end()
    store.put([makeFigures({ id: 'a' })])
    expect(heard).toEqual(['a'])
    expect(store.version()).toBe(2)
    store.keepOnly((id) => id === 'c')
    expect([store.get('a'), store.get('c')?.id]).toEqual([undefined, 'c'])
  })
})

describe('asking', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  let poller: FiguresPoller
  const others = Array.from({ length: 250 }, (_, index) => `t${index}`)

  const start = () => {
    const store = createFiguresStore()
    const asked: (readonly string[])[] = []
    poller = startFiguresPoller(
      async (ids) => {
        asked.push(ids)
        if (ids.includes('t7') && ids.includes('broken')) throw new Error('gone')
        return ids.map((id) => makeFigures({ id }))
      },
      store,
      () => others,
    )
    return { store, asked }
  }

  test('the visible every three seconds, the others in turn, a hundred at a time', async () => {
    const { asked, store } = start()
    poller.show(['t3', 't4'])
    await vi.advanceTimersByTimeAsync(10_000)
    poller.stop()
    const visible = asked.filter((ids) => ids.length === 2)
    expect(visible.length).toBeGreaterThanOrEqual(3)
    expect(visible.length).toBeLessThanOrEqual(5)
    expect(Math.max(...asked.map(({ length }) => length))).toBe(100)
    const seen = asked.flat()
    expect(others.every((id) => seen.includes(id))).toBe(true)
    // One round in ten seconds: nobody of the others is asked twice.
    expect(seen.filter((id) => id === 't200')).toHaveLength(1)
    expect(store.get('t200')?.id).toBe('t200')
    const before = asked.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(before)
  })

  test('rows that come into view are asked at once, and nothing while the page is hidden', async () => {
    const { asked } = start()
    await vi.advanceTimersByTimeAsync(5_000)
    asked.length = 0
    poller.show(['new'])
    await vi.advanceTimersByTimeAsync(1)
    expect(asked[0]).toEqual(['new'])
    poller.pause(true)
    await vi.advanceTimersByTimeAsync(1)
    asked.length = 0
    await vi.advanceTimersByTimeAsync(300_000)
    expect(asked).toEqual([])
    poller.pause(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(asked[0]).toEqual(['new'])
    poller.stop()
  })

  test('a question without an answer is asked again', async () => {
    const { asked } = start()
    poller.show(['t7', 'broken'])
    await vi.advanceTimersByTimeAsync(7_000)
    poller.stop()
    expect(asked.filter((ids) => ids.includes('broken')).length).toBeGreaterThanOrEqual(2)
  })
})

describe('cells of figures', () => {
  const running = makeTenant({ id: 'a' })
  test('what is not observed says so and why', () => {
    expect(renderFigure('hitRatio', running, undefined)).toEqual({ text: '–', absence: 'Not observed yet' })
    const stopped = makeTenant({ id: 'a', state: 'stopped' })
    expect(renderFigure('items', stopped, makeFigures({ id: 'a' })).absence).toBe('It does not run')
    expect(renderMemory(running, undefined)).toMatchObject({ text: '– of 64 MB', share: 0 })
  })
  test('the unit stands once where it is the same', () => {
    const used = (usedBytes: number): string =>
      renderMemory(running, makeFigures({ id: 'a', usedBytes })).text
    expect(used(41.24 * 2 ** 20)).toBe('41.2 of 64 MB')
    expect(used(512 * 2 ** 10)).toBe('512 KB of 64 MB')
    expect(used(0)).toBe('0 B of 64 MB')
  })
  test('pointed at, a cell tells when it was observed and who is allowed', () => {
    const figures = makeFigures({ id: 'a', connections: 1000 })
    expect(describeCell('connections', running, figures)).toMatch(
      /^1,000 \/ 1,024, observed at \d\d:\d\d:\d\d$/,
    )
    expect(describeCell('allowed', running, figures)).toBe('No address is allowed yet')
    const allow = Array.from({ length: 20 }, (_, index) => ({ cidr: `203.0.113.${index}/32`, label: '' }))
    expect(describeCell('allowed', makeTenant({ id: 'a', allow }), figures)).toMatch(/\nand 5 more$/)
  })
})
