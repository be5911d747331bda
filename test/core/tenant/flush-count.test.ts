import { expect, it } from 'vitest'
import { beginningOf, begunBy, isSameStart, parseFlushCount } from '../../../src/core/tenant/flush-count.ts'

const hour = 3_600_000
const count = (flushes: number, uptimeSeconds: number, at: number) => ({ flushes, uptimeSeconds, at })

it.each([
  ['ten seconds later', count(3, 90, 0), count(3, 100, 10_000), true],
  ['flushed since', count(3, 90, 0), count(5, 100, 10_000), true],
  ['a second lost to rounding', count(3, 90, 500), count(3, 99, 10_400), true],
  ['started anew', count(3, 90, 0), count(5, 8, 10_000), false],
  ['started anew and up longer than it was before', count(3, 90, 0), count(5, 3_000, hour), false],
  ['started anew at once', count(3, 20, 0), count(0, 5, 25_000), false],
])('is told apart from one that was started anew: %s', (_, before, now, expected) => {
  expect(isSameStart(before, now)).toBe(expected)
})

it('began with none', () => {
  expect(beginningOf(count(3, 90, 100_000))).toEqual(count(0, 0, 8_000))
})

it('had begun for certain three seconds after what it says: one that is new says two, of whole ones', () => {
  expect(begunBy(count(0, 90, 100_000))).toBe(13_000)
})

it('reads them out of what memcached prints, and nothing out of anything else', () => {
  expect(parseFlushCount({ cmd_flush: '2', uptime: '31' }, 5)).toEqual({
    flushes: 2,
    uptimeSeconds: 31,
    at: 5,
  })
  expect(parseFlushCount({ cmd_flush: '-2', uptime: '31' }, 5)).toBeUndefined()
  expect(parseFlushCount({ uptime: '31' }, 5)).toBeUndefined()
  expect(parseFlushCount({ cmd_flush: '2', uptime: '31000000000' }, 5)).toBeUndefined()
})

it('began at a moment that has a date, whatever it says', () => {
  const said = parseFlushCount({ cmd_flush: '9'.repeat(15), uptime: '9'.repeat(10) }, Date.now())
  expect(new Date(said === undefined ? Number.NaN : beginningOf(said).at).getTime()).not.toBeNaN()
})
