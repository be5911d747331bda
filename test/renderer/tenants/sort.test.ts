import { expect, test } from 'vitest'
import { allColumns } from '../../../src/renderer/features/tenants/columns.ts'
import { describeOrder } from '../../../src/renderer/features/tenants/observed.ts'
import { sortsByFigures, sortTenants } from '../../../src/renderer/features/tenants/sort-tenants.ts'
import { makeFigures, makeTenant } from './tenant.ts'

const tenants = [
  makeTenant({ id: 'a', port: null, state: 'running', tags: ['x'], createdAt: '2026-01-02T00:00:00Z' }),
  makeTenant({ id: 'b', port: 9, state: 'failed', createdAt: '2026-01-03T00:00:00Z', openToAnyone: true }),
  makeTenant({ id: 'c', port: 20_000, state: 'suspended', createdAt: '2026-01-01T00:00:00Z' }),
  makeTenant({ id: 'd', port: 100, state: 'running', createdAt: '2026-01-02T00:00:00Z' }),
]
const minute = { seconds: 60, hits: 1, misses: 0, evictions: 0 }
const figures = new Map([
  ['b', { ...makeFigures({ id: 'b', usedBytes: 5 }), lastMinute: { ...minute, hits: 0 } }],
  ['d', { ...makeFigures({ id: 'd', usedBytes: 50 }), lastMinute: minute }],
  ['a', { ...makeFigures({ id: 'a', usedBytes: 50 }), lastMinute: { ...minute, misses: 1 } }],
])
const sorted = (column: (typeof allColumns)[number]['id'], descending = false) =>
  sortTenants(tenants, { column, descending }, (id) => figures.get(id))
    .map(({ id }) => id)
    .join('')

test('by name they stay as they come', () => {
  expect(sortTenants(tenants, { column: 'name', descending: false }, () => undefined)).toBe(tenants)
  expect(sorted('name', true)).toBe('dcba')
})

test('what is not observed comes last both ways, and equals keep the order of names', () => {
  expect(sorted('memory')).toBe('badc')
  expect(sorted('memory', true)).toBe('adbc')
  expect(sorted('hitRatio')).toBe('adbc')
  expect(sorted('hitRatio', true)).toBe('dabc')
  expect(sorted('endpoint')).toBe('bdca')
  expect(sorted('endpoint', true)).toBe('cdba')
  expect(sorted('tags')).toBe('abcd')
})

test('states are sorted by what needs a look first', () => {
  expect(sorted('state')).toBe('bcad')
  const ofHealth = (['ok', 'full', 'connections-exhausted', 'unresponsive'] as const).map((health) =>
    makeTenant({ id: health, health }),
  )
  for (const column of ['state', 'health'] as const) {
    const order = sortTenants([...ofHealth, ...tenants], { column, descending: false }, () => undefined)
    const ids = order.map(({ id }) => id).filter((id) => id.length > 1)
    expect(ids).toEqual(['unresponsive', 'connections-exhausted', 'full', 'ok'])
  }
})

test('the connections that a host counts of a silent cache are sorted with the others', () => {
  const known = (id: string) => (id === 'c' ? ({ silent: true, held: 70 } as const) : figures.get(id))
  const order = sortTenants(tenants, { column: 'connections', descending: true }, known)
  expect(order.map(({ id }) => id).join('')).toBe('cabd')
})

test('anyone is more than any number of addresses', () => {
  expect(sorted('allowed', true)).toBe('bacd')
})

test('only columns of figures change their order with figures', () => {
  expect(allColumns.filter(({ id }) => sortsByFigures(id)).map(({ id }) => id)).toEqual([
    ...['memory', 'hitRatio', 'connections', 'items', 'evictions', 'version', 'uptime'],
  ])
})

test('an order by figures says what it rests on until all that can have some were asked', () => {
  const running = tenants.filter(({ state }) => state !== 'failed')
  expect(describeOrder(tenants, (id) => figures.get(id))).toBe('sorted by what is known: 2 of 3')
  expect(describeOrder(running, () => undefined)).toBe('sorted by what is known: 0 of 3')
  expect(describeOrder(tenants, (id) => figures.get(id) ?? { silent: true, held: undefined })).toBe('')
  expect(describeOrder([], () => undefined)).toBe('')
})
