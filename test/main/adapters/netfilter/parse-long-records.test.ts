import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLongRecords } from '../../../../src/main/adapters/netfilter/parse-long-records.ts'

const parseWhole = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

describe('a long reply with records', () => {
  it('is what JSON.parse makes of it', async () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'tenants', '\\', '"', '{'),
    )
    const dictionary = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), {
      noNullPrototype: true,
      maxKeys: 4,
    })
    const reply = fc.tuple(dictionary, dictionary)
    await fc.assert(
      fc.asyncProperty(reply, fc.constantFrom(0, 1, '\t'), async ([around, held], space) => {
        const text = JSON.stringify({ ...around, tenants: held, after: [around] }, null, space)
        expect(await parseLongRecords(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('is none where a character of it is another', async () => {
    const sound = '{"ok": true, "tenants": {"a": {"n": [1, "x\\"}"], "m": {}}, "b": 7}, "revision": 3}'
    for (let at = 0; at < sound.length; at += 1) {
      for (const other of ['', '"', '{', '}', '[', ']', ',', ':', '\\', ' ', 'x', '7']) {
        const text = sound.slice(0, at) + other + sound.slice(at + 1)
        const whole = parseWhole(text)
        const hasTenants = typeof (whole as { tenants?: unknown } | undefined)?.tenants === 'object'
        expect(await parseLongRecords(text), text).toEqual(hasTenants ? whole : undefined)
      }
    }
  })

  it('is none with more tenants than there are ports', async () => {
    const count = (many: number): string =>
      `{"tenants":{${Array.from({ length: many }, (_, at) => `"t${at}":{}`).join()}}}`
    const most = (await parseLongRecords(count(65_535))) as { tenants: object }
    expect(Object.keys(most.tenants)).toHaveLength(65_535)
    expect(await parseLongRecords(count(65_536))).toBeUndefined()
  })
})
