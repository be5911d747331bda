import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createListReader } from '../../../../src/main/adapters/docker/list-reader.ts'

/** @param sizes of the parts that it arrives in, again and again */
const read = (text: string, sizes: readonly number[]): unknown[] => {
  const reader = createListReader((element) => element)
  const bytes = Buffer.from(text)
  let from = 0
  for (let part = 0; from < bytes.length; part += 1) {
    const to = from + (sizes[part % sizes.length] ?? 1)
    reader.add(bytes.subarray(from, to))
    from = to
  }
  return reader.end()
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

describe('a list of objects that arrives', () => {
  it('is what JSON.parse makes of it, in whatever parts', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }), {
      noNullPrototype: true,
    })
    const spaces = fc.constantFrom(0, 1, '\t')
    fc.assert(
      fc.property(fc.array(object), spaces, sizes, (list, space, parts) => {
        const text = JSON.stringify(list, null, space)
        expect(read(text, parts)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('is none where a character makes it none', () => {
    const sound = '[{"a": [1, "x\\"}"], "b": {}}, {"c": [{}]}]'
    const isList = (value: unknown): value is unknown[] =>
      Array.isArray(value) &&
      value.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each))
    for (let at = 0; at < sound.length; at += 1) {
      for (const other of ['', '"', '{', '}', '[', ']', ',', ':', '\\', ' ', 'x', '7']) {
        const text = sound.slice(0, at) + other + sound.slice(at + 1)
        let whole: unknown
        try {
          whole = JSON.parse(text)
        } catch {}
        if (isList(whole)) expect(read(text, [7]), text).toEqual(whole)
        else expect(() => read(text, [7]), text).toThrow('its answer could not be understood')
      }
    }
  })

  it.each([
    ['keys', `[{"a":{${'"a":1,'.repeat(100_001)}`, 'one part of its answer has too many values'],
    ['depth', `[{"a":${'['.repeat(40)}`, 'one part of its answer has too many values'],
    ['text', `[{"a":"${'x'.repeat(2 ** 20)}`, 'one part of its answer is longer than 1 MiB'],
    ['elements', `[${'{},'.repeat(16_385)}`, 'its answer has more than 16384 parts'],
  ])('is none as soon as there is more than any host has: %s', (_what, text, reason) => {
    expect(() => read(text, [65_536])).toThrow(reason)
  })
})
