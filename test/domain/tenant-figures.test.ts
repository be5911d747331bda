import { describe, expect, it } from 'vitest'
import { parseFigures } from '../../src/domain/tenant-figures.ts'

const at = '2026-11-22T10:00:00.000Z'
const stats = {
  bytes: '1024',
  limit_maxbytes: '67108864',
  curr_items: '3',
  curr_connections: '5',
  get_hits: '10',
  get_misses: '4',
  evictions: '0',
  uptime: '77',
  version: '1.6.18',
}

describe('what memcached says of itself', () => {
  it('is read', () => {
    expect(parseFigures('acme0001', at, stats)).toEqual({
      ...{
        id: 'acme0001',
        observedAt: at,
        usedBytes: 1024,
        limitBytes: 67_108_864,
        items: 3,
        connections: 3,
      },
      ...{ getHits: 10, getMisses: 4, evictions: 0, uptimeSeconds: 77, version: '1.6.18' },
    })
  })

  it.each([
    ['2', 0],
    ['3', 1],
    ['1', 0],
  ])(
    'has without what memcached counts of its own, of %s connections %i',
    (curr_connections, connections) => {
      expect(parseFigures('acme0001', at, { ...stats, curr_connections })).toMatchObject({ connections })
    },
  )

  it.each(['', ' 1', '-1', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '１', '1'.repeat(16), '__proto__'])(
    'is refused with %j for a number',
    (value) => {
      expect(parseFigures('acme0001', at, { ...stats, bytes: value })).toBeUndefined()
    },
  )

  it.each(['', 'one', '<b>1</b>', '1.6.18\n', '1 6', '1'.repeat(70)])(
    'is refused with %j for a version',
    (version) => {
      expect(parseFigures('acme0001', at, { ...stats, version })).toBeUndefined()
    },
  )

  it.each(Object.keys(stats))('is refused without %s', (key) => {
    const { [key as keyof typeof stats]: _, ...rest } = stats
    expect(parseFigures('acme0001', at, rest)).toBeUndefined()
  })
})
