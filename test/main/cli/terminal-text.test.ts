import { describe, expect, it } from 'vitest'
import { renderDocument, renderPlain } from '../../../src/main/cli/terminal-text.ts'

/** All that a terminal obeys, and the little of it that texts are made of. */
const everyControl = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((each) =>
  /\p{Cc}/u.test(each),
)
const directions = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069']

describe('text for a terminal', () => {
  it.each([
    ['a title', '\u001b]0;PWNED\u0007web', ']0;PWNEDweb'],
    ['a colour', '\u001b[31mBAD\u001b[0m', '[31mBAD[0m'],
    ['a sequence of one C1 character', '\u009b2Jok', '2Jok'],
    ['an override of the direction', 'allow \u202e7.311.0.302', 'allow 7.311.0.302'],
    ['a line that is written over', 'BAD\rok ', 'BADok '],
    ['lines, columns and the line ends of CSV', 'a\tb\nc\r\nd', 'a\tb\nc\r\nd'],
    ['letters of every script', 'münchen 東京 تهران 🙂', 'münchen 東京 تهران 🙂'],
  ])('%s', (_what, text, shown) => {
    expect(renderPlain(text)).toBe(shown)
  })

  it('has no control character but line break and tab, and none for the direction', () => {
    expect(renderPlain([...everyControl, ...directions].join(''))).toBe('\t\n')
  })
})

describe('a document for a terminal', () => {
  it('is the same document in characters that no terminal obeys', () => {
    const value = { text: [...everyControl, ...directions, '東京'].join('.') }
    const document = renderDocument(JSON.stringify(value))
    expect(document).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    expect(document).toContain('東京')
    expect(JSON.parse(document)).toEqual(value)
  })
})
