import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHeldRecord } from '../../../../src/main/adapters/netfilter/held-record.ts'
import { boundsOfReply } from '../../../../src/main/adapters/netfilter/longest-replies.ts'
import {
  type Bounds,
  createReplyReader,
  type ReadReply,
} from '../../../../src/main/adapters/netfilter/reply-reader.ts'

/** @param sizes of the parts that it arrives in, again and again */
const read = (text: string, sizes: readonly number[], most?: Bounds, mostValues = 300_000): ReadReply => {
  const reader = createReplyReader(mostValues, most)
  const bytes = Buffer.from(text)
  let from = 0
  for (let part = 0; from < bytes.length; part += 1) {
    const to = from + (sizes[part % sizes.length] ?? 1)
    if (!reader.add(bytes.subarray(from, to))) break
    from = to
  }
  return reader.end()
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const withRecords = (value: unknown, ofRecords: boolean): unknown => {
  if (!isObject(value) || !('tenants' in value) || !isObject(value.tenants)) return value
  const records = Object.entries(value.tenants).map(([id, given]) => {
    if (!ofRecords && !isObject(given)) return [id, given]
    const held = parseHeldRecord(given)
    return [id, held.id === '' ? { ...held, id } : held]
  })
  return { ...value, tenants: Object.fromEntries(records) }
}

/** The same by JSON.parse, with its records parsed. */
const parseWhole = (text: string): unknown => {
  const whole = JSON.parse(text) as unknown
  if (!isObject(whole)) return whole
  const members = Object.entries(whole).map(([key, value]) => [key, withRecords(value, key === 'state')])
  return withRecords(Object.fromEntries(members), true)
}

const record = {
  ...{ id: 'k3j9x2m4', name: 'Café ☕ {"', port: 20_000, network: 1, memoryMb: 64, maxConnections: 1_024 },
  ...{
    limitMb: 100,
    open: true,
    allow: [{ cidr: '203.0.113.7/32', label: '\ufeff}' }],
    notes: '\\"',
    tags: [],
  },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', revision: 3 },
}
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

describe('a reply that arrives', () => {
  it('is what JSON.parse makes of it, in whatever parts', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'tenants', 'state', '', '\\', '"', '{', '7'),
    )
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(record))
    const table = fc.dictionary(key, value, { noNullPrototype: true, maxKeys: 4 })
    const spaces = fc.constantFrom(0, 1, '\t')
    fc.assert(
      fc.property(table, table, spaces, sizes, (around, tenants, space, parts) => {
        for (const reply of [
          { ...around, tenants, after: [around] },
          { ok: true, state: { tenants }, around },
        ]) {
          const text = JSON.stringify(reply, null, space)
          expect(read(text, parts)).toEqual({ kind: 'value', value: parseWhole(text) })
        }
      }),
    )
  })

  it('has its lists by tenant as they are', () => {
    const unrecorded = { damaged: false, tenants: { k3j9x2m4: ['203.0.113.7/32'] } }
    for (const records of [{ tenants: { k3j9x2m4: record } }, { state: { tenants: { k3j9x2m4: record } } }])
      expect(read(JSON.stringify({ ...records, unrecorded }), [30])).toMatchObject({ value: { unrecorded } })
  })

  it('is none where a character makes it none', () => {
    const sound =
      '{"ok": true, "tenants": {"a": {"n": [1, "x\\"}"], "m": {}}, "b": 7, "c": [{}]}, "revision": 3}'
    for (let at = 0; at < sound.length; at += 1) {
      for (const other of ['', '"', '{', '}', '[', ']', ',', ':', '\\', ' ', 'x', '7']) {
        const text = sound.slice(0, at) + other + sound.slice(at + 1)
        let whole: unknown
        try {
          whole = { kind: 'value', value: parseWhole(text) }
        } catch {
          whole = expect.objectContaining({ kind: 'none' })
        }
        expect(read(text, [7]), text).toEqual(whole)
      }
    }
  })

  it('is none as soon as it has more than any host', () => {
    const most = { tenants: 3, entries: 5, textBytes: 2_000 }
    const fill = (many: number, held: string): string => {
      const members = Array.from({ length: many }, (_, at) => `"t${at}":${held}`)
      return `{"ok":true,"tenants":{${members.join()}}`
    }
    const withEntries = (many: number): string =>
      JSON.stringify({ ...record, allow: Array(many).fill(record.allow[0]) })
    const withNotes = (notes: string): string => JSON.stringify({ ...record, notes })
    for (const sound of [
      fill(3, '{}'),
      fill(3, '7'),
      fill(1, withEntries(5)),
      fill(2, withNotes('x'.repeat(700))),
    ]) {
      expect(read(`${sound}}`, [100], most).kind, sound).toBe('value')
    }
    // None of these ends.
    const beyond: readonly (readonly [string, string])[] = [
      [fill(4, '{}'), 'it has more than 3 tenants'],
      [fill(1, withEntries(6)), 'it has more than 5 allowed addresses'],
      [fill(2, withEntries(3)), 'it has more than 5 allowed addresses'],
      [fill(3, withNotes('x'.repeat(700))), 'it has more than 0.002 MB of notes, tags and labels'],
      [fill(2, withNotes('Ж'.repeat(600))), 'it has more than 0.002 MB of notes, tags and labels'],
      [`{"tenants":{"a":{"name":"${'x'.repeat(4 * 1_048_576)}`, 'a record is too long'],
      [`{"more":"${'x'.repeat(8 * 1_048_576)}`, 'it is too long'],
      [`{"tenants":{"a":{"name":[${'[],'.repeat(10_000)}`, 'it has too many parts'],
      [`{"tenants":{"a":{${'"a":1,'.repeat(10_001)}`, 'it has too many parts'],
      [`{"tenants":{"a":{"name":${'['.repeat(40)}`, 'it has too many parts'],
      [`{"more":[${'{},'.repeat(262_144)}`, 'it has too many parts'],
      [`{${'"a":1,'.repeat(300_001)}`, 'it has too many parts'],
      [`{"unrecorded":{"tenants":{"a":[${'7,'.repeat(300_001)}`, 'it has too many parts'],
      [`{"tenants":{${'"a":1,'.repeat(65_537)}`, 'it has too many parts'],
      [`{"more":${'['.repeat(40)}`, 'it has too many parts'],
    ]
    for (const [text, because] of beyond) {
      expect(read(text, [65_536], most)).toMatchObject({ kind: 'none', because })
    }
    const because = 'it has more than 2000 records that cannot be read'
    expect(read(fill(2_001, '{}'), [65_536])).toMatchObject({ kind: 'none', because })
    expect(read(`${fill(4, '7')}}`, [100], most)).toMatchObject({ because: beyond[0]?.[1] })
    // The first value of each has no comma before it.
    for (const short of ['"a":1,"b":[1,2]', '"tenants":{"a":1,"b":1,"c":1}']) {
      expect(read(`{${short}}`, [100], undefined, 4).kind, short).toBe('value')
      expect(
        read(`{${short.replace(/.$/, ',"d":1,"e":1,"f":1$&')}`, [100], undefined, 4),
        short,
      ).toMatchObject({
        ...{ kind: 'none', because: 'it has too many parts' },
      })
    }
  })

  it('has all that a large host can have', () => {
    const allow = Array.from({ length: 24 }, (_, at) => ({
      cidr: `203.0.113.${at}/32`,
      label: `Büro Ж, ${at}`,
    }))
    const tenants = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`t${at}`, { ...record, id: `t${at}`, allow }]),
    )
    const at = '2026-01-01T00:00:00.000Z'
    const released = Array.from({ length: 32_768 }, (_, port) => ({ port, at, tenantId: `r${port}` }))
    // That to `records` has the same without the state around it.
    const reply = { ok: true, state: { tenants, released } }
    const { bytes, values } = boundsOfReply({ op: 'observe' })
    const text = JSON.stringify(reply)
    expect(Buffer.byteLength(text)).toBeLessThan(Math.min(bytes, boundsOfReply({ op: 'records' }).bytes))
    // Deep equality of all of it takes longer than reading it.
    expect(
      JSON.stringify(read(text, [65_536], undefined, values)) ===
        JSON.stringify({ kind: 'value', value: reply }),
    ).toBe(true)
  })
})
