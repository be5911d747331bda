import { expect, it } from 'vitest'
import { countFlushes, parseFlushCount } from '../../../src/core/tenant/flush-count.ts'

const count = (flushes: number, uptimeSeconds: number) => ({ flushes, uptimeSeconds, at: 0 })

it.each([
  ['nothing to compare with', undefined, count(3, 100), 0],
  ['none since', count(3, 90), count(3, 100), 0],
  ['two since', count(3, 90), count(5, 100), 2],
  ['started anew', count(3, 90), count(5, 8), 0],
  ['counted less, as no memcached does', count(3, 90), count(2, 100), 0],
])('flushes between two answers: %s', (_, before, now, expected) => {
  expect(countFlushes(before, now)).toBe(expected)
})

it('reads them out of what memcached prints, and nothing out of anything else', () => {
  expect(parseFlushCount({ cmd_flush: '2', uptime: '31' }, 5)).toEqual({
    flushes: 2,
    uptimeSeconds: 31,
    at: 5,
  })
  expect(parseFlushCount({ cmd_flush: '-2', uptime: '31' }, 5)).toBeUndefined()
  expect(parseFlushCount({ uptime: '31' }, 5)).toBeUndefined()
})
