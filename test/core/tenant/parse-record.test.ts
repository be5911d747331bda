import { describe, expect, test } from 'vitest'
import { describeRefused, nothingRefused } from '../../../src/core/tenant/describe-unfit.ts'
import { parseRecord } from '../../../src/core/tenant/parse-record.ts'

const range = { from: 20_000, to: 29_999 }
const good = {
  ...{ id: 'acme00000001', name: 'acme', port: 20_000, network: 1, revision: 2, open: true },
  ...{ memoryMb: 64, maxConnections: 1024, notes: '', tags: ['vip'], createdAt: '2026-11-22T10:00:00.000Z' },
  allow: [
    { cidr: '203.0.113.7/32', label: 'office' },
    { cidr: '::/0', label: '' },
  ],
}
const entry = (cidr: string, label = '') => ({ cidr, label })

describe('a record of a host', () => {
  test('comes in as a panel would have written it', () => {
    expect(parseRecord(good, range)).toEqual({ kind: 'fit', record: good })
    const decomposed = { ...good, name: 'Mu\u0308ller', network: 16_384, port: 29_999 }
    expect(parseRecord(decomposed, range)).toEqual({
      kind: 'fit',
      record: { ...decomposed, name: 'M\u00fcller' },
    })
  })

  test.each<[part: string, changes: Partial<typeof good>]>([
    ['port', { port: 19_999 }],
    ['port', { port: 120_000 }],
    ['network', { network: 0 }],
    ['network', { network: 16_385 }],
    ['revision', { revision: 1e300 }],
    ['name', { name: '\u001b]0;PWNED\u0007' }],
    ['name', { name: 'a'.repeat(65) }],
    ['memoryMb', { memoryMb: 7 }],
    ['maxConnections', { maxConnections: 1e9 }],
    ['notes', { notes: 'red \u009b31m' }],
    ['notes', { notes: 'x'.repeat(2_001) }],
    ['tags', { tags: ['two words'] }],
    ['tags', { tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }],
    ['allow', { allow: [entry('203.0.113.7')].map(({ label }) => entry('203.0.113.7/33', label)) }],
    ['allow', { allow: [entry('203.0.113.77/25')] }],
    ['allow', { allow: [entry('nobody')] }],
    ['allow', { allow: [entry('203.0.113.7/32', '\u202etxt')] }],
    ['allow', { allow: [entry('203.0.113.7/32', 'l'.repeat(201))] }],
    ['allow', { allow: [entry('203.0.113.7/32'), entry('203.0.113.7/32')] }],
    [
      'allow',
      { allow: Array.from({ length: 1_001 }, (_, index) => entry(`10.0.${index >> 8}.${index & 255}/32`)) },
    ],
  ])('is not taken in because of its %s: %o', (part, changes) => {
    expect(parseRecord({ ...good, ...changes }, range)).toEqual({ kind: 'unfit', id: good.id, part })
  })

  test.each(['', 'short', 'ACME00000001', 'acme\u001b[31m00', '__proto__'])(
    'with the id %j is not even named by it',
    (id) => {
      expect(parseRecord({ ...good, id }, range)).toEqual({ kind: 'unfit', id: '', part: 'id' })
    },
  )
})

test('what was not taken in is one sentence a reason, however much it is', () => {
  expect(describeRefused('web1', nothingRefused)).toEqual([])
  const told = describeRefused('web1', {
    unfit: [
      { id: 'acme00000001', part: 'allow' },
      { id: '', part: 'id' },
    ],
    twice: ['beta00000001'],
    beyond: Array.from({ length: 90_000 }, (_, index) => `many${index}`),
    foreign: [{ id: 'cara00000001', name: 'cara', host: 'web2' }],
  })
  expect(told.map(({ reason }) => reason)).toEqual(['foreign', 'unfit', 'twice', 'beyond'])
  const [foreign, unfit, , beyond] = told.map(({ sentence }) => sentence)
  expect(foreign).toContain('cara (cara00000001) of web2')
  expect(unfit).toContain('acme00000001 (allowlist), one without an id')
  expect(beyond).toContain('and 89,995 more')
})
