import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FiguresAnswer } from '../../../src/contract/tenant.ts'
import { renderFigure, renderMemory } from '../../../src/renderer/features/tenants/table/cell-text.ts'
import { describeCell } from '../../../src/renderer/features/tenants/table/describe-cell.ts'
import { type FiguresPoller, startFiguresPoller } from '../../../src/renderer/rpc/figures-poller.ts'
import { createFiguresStore, type SilentCache } from '../../../src/renderer/rpc/figures-store.ts'
import { makeFigures, makeTenant } from './tenant.ts'

const answerOf = (...ids: readonly string[]): FiguresAnswer => ({
  figures: ids.map((id) => makeFigures({ id })),
  silent: [],
  held: {},
})
const silent: SilentCache = { silent: true, held: undefined }
const silenceOf = (...silent: string[]): FiguresAnswer => ({ figures: [], silent, held: {} })

describe('the store', () => {
  test('what does not answer any more is not shown as it was', () => {
    let now = 0
    const store = createFiguresStore(() => now)
    const heard: string[] = []
    store.subscribe('a', () => heard.push('a'))
    store.put(answerOf('a', 'b'))
    now = 3_000
    store.put(silenceOf('a'))
    // Once may be an accident.
    expect([store.get('a'), heard.length]).toEqual([makeFigures({ id: 'a' }), 1])
    now = 6_000
    store.put(silenceOf('a'))
    expect([store.get('a'), heard.length]).toEqual([silent, 2])
    store.put(silenceOf('a'))
    expect(heard).toHaveLength(2)
    store.put(answerOf('a'))
    expect(store.get('a')).toEqual(makeFigures({ id: 'a' }))
    // It was not asked for a while, as what is out of sight: once is enough then.
    now = 60_000
    expect(store.get('b')).toEqual(makeFigures({ id: 'b' }))
    store.put(silenceOf('b'))
    expect(store.get('b')).toEqual(silent)
    // A cache that never answered is unknown, then silent.
    store.put(silenceOf('c'))
    expect(store.get('c')).toBeUndefined()
    store.put(silenceOf('c'))
    expect(store.get('c')).toEqual(silent)
  })

  test('whoever shows a tenant hears of that tenant only', () => {
    const store = createFiguresStore()
    const heard: string[] = []
    const end = store.subscribe('a', () => heard.push('a'))
    store.subscribe('b', () => heard.push('b'))
    store.put(answerOf('a', 'c'))
    expect(heard).toEqual(['a'])
    end()
    store.put(answerOf('a'))
    expect(heard).toEqual(['a'])
    expect(store.version()).toBe(2)
    store.keepOnly((id) => id === 'c')
    expect([store.get('a'), store.get('c')]).toEqual([undefined, makeFigures({ id: 'c' })])
  })
})

describe('asking', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  let poller: FiguresPoller
  const others = Array.from({ length: 250 }, (_, index) => `t${index}`)

  const start = (listOthers: () => readonly string[] = () => others) => {
    const store = createFiguresStore()
    const asked: (readonly string[])[] = []
    poller = startFiguresPoller(
      async (ids) => {
        asked.push(ids)
        if (ids.includes('t7') && ids.includes('broken')) throw new Error('gone')
        return answerOf(...ids)
      },
      store,
      listOthers,
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
    expect(store.get('t200')).toEqual(makeFigures({ id: 't200' }))
    const before = asked.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(before)
  })

  test('the first round begins when there is somebody to be asked', async () => {
    let known: readonly string[] = []
    const { asked } = start(() => known)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(asked).toEqual([])
    known = others
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked.flat()).toHaveLength(100)
    poller.stop()
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

  test('rows that come back into view after a while are asked at once', async () => {
    const { asked } = start()
    poller.show(['new'])
    await vi.advanceTimersByTimeAsync(1)
    poller.show([])
    await vi.advanceTimersByTimeAsync(16_000)
    asked.length = 0
    poller.show(['new'])
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
  test('one that does not answer says so, whatever it said before', () => {
    const absence = 'memcached does not answer'
    expect(renderFigure('connections', running, silent)).toEqual({ text: '–', absence })
    expect(renderMemory(running, silent)).toEqual({ text: '– of 64 MB', absence, share: 0 })
    expect(describeCell('connections', running, silent)).toBe(absence)
    const taken = makeTenant({ id: 'a', health: 'connections-exhausted' })
    expect(renderFigure('items', taken, silent).absence).toBe('All its connections are taken')
    expect(renderFigure('connections', taken, { ...silent, held: 1_030 })).toEqual({ text: '1,030 / 1,024' })
    const unknown = makeTenant({ id: 'a', state: 'unknown' })
    expect(renderFigure('items', unknown, makeFigures({ id: 'a' })).absence).toBe('fra1 cannot be looked at')
  })
  test('hits and evictions are those of the last minute, and those since the start stand beside', () => {
    const lastMinute = { seconds: 60, hits: 3, misses: 1, evictions: 90 }
    const old = { ...makeFigures({ id: 'a', getHits: 10, getMisses: 990, evictions: 78_000 }), lastMinute }
    expect(renderFigure('hitRatio', running, old)).toEqual({ text: '75.0 %' })
    expect(describeCell('hitRatio', running, old)).toMatch(
      /^75.0 % in the last minute.*\nSince its start: 1.0 %$/,
    )
    expect(renderFigure('evictions', running, old)).toEqual({ text: '1.5/s' })
    expect(describeCell('evictions', running, old)).toMatch(/\nSince its start: 78,000$/)
    const idle = { ...old, lastMinute: { ...lastMinute, hits: 0, misses: 0 } }
    expect(renderFigure('hitRatio', running, idle).absence).toBe('Nothing was asked for in the last minute')
    expect(renderFigure('hitRatio', running, makeFigures({ id: 'a' })).absence).toMatch(/second look/)
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
