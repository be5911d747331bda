import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldName, parseName, parseNotes } from '../../src/domain/name.ts'
import { problemOf } from './problem-of.ts'

describe('a name', () => {
  it.each([
    'acme',
    'a',
    '7',
    'thisis@cs50.com',
    'Acme Ltd',
    'a b c',
    'a.b_c@d+e-f',
    '..',
    '_x',
    '@x',
    '+x',
    'Müller',
    '株式会社',
    'Ирина',
    'יובל',
    'हिन्दी',
    '٣٤',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(64),
    '𠮷'.repeat(64),
  ])('%j is kept', (given) => {
    expect(parseName('tenant', given)).toBe(given)
  })

  it('is kept in NFC', () => {
    expect(parseName('host', 'Mu\u0308ller')).toBe('M\u00fcller')
    expect(parseName('host', 'u\u0308'.repeat(64))).toBe('\u00fc'.repeat(64))
  })

  it.each([
    '',
    ' ',
    ' acme',
    'acme ',
    'a  b',
    'a\tb',
    'a\nb',
    'acme\n',
    'a\u0000b',
    'a\u00a0b',
    'a\u200bb',
    'a\u202eb',
    '\u0308a',
    '"acme"',
    "o'brien",
    'a`id`',
    'a;b',
    'a&b',
    'a|b',
    '$(id)',
    'a=b',
    'a,b',
    'a*b',
    'a%b',
    'a#b',
    'a:b',
    '../etc',
    'a/b',
    'a\\b',
    '<b>',
    '-rf',
    '--yes',
    '½',
    '①',
    '🚀',
    'acme🚀',
    '\ud83d',
    'x'.repeat(65),
    'x'.repeat(300),
    '𠮷'.repeat(65),
  ])('%j is refused', (given) => {
    expect(problemOf(() => parseName('tenant', given))).toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'tenant name', given },
    })
  })

  it('of any length is refused at once', () => {
    expect(problemOf(() => parseName('tenant', 'a '.repeat(100_000)))?.code).toBe('INVALID_INPUT')
  })

  it('never holds what a shell, a path or a terminal reads as more than text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })),
        (given) => {
          let name = ''
          if (problemOf(() => (name = parseName('tenant', given))) !== undefined) return
          expect(name).toBe(given.normalize('NFC'))
          expect(name).not.toMatch(/[\p{C}\p{Zl}\p{Zp}'"`$;&|<>()*?!#~=%:,{}[\]/\\]| {2}|^[ -]| $/u)
          expect([...name].length).toBeLessThanOrEqual(64)
          expect(parseName('tenant', name)).toBe(name)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('two names are the same', () => {
  it.each([
    ['Acme', 'aCME'],
    ['M\u00fcller', 'MU\u0308LLER'],
    ['Straße', 'STRASSE'],
    ['Straße', 'STRAẞE'],
    ['STRASSE', 'STRAẞE'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ИРИНА', 'ирина'],
    ['\u212a', 'k'],
  ])('%s and %s', (one, other) => {
    expect(foldName(one)).toBe(foldName(other))
  })

  it.each([
    ['acme', 'acme.'],
    ['a b', 'ab'],
    ['muller', 'müller'],
  ])('but not %s and %s', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other))
  })

  it('however their letters are composed, in lower case, and when they are folded already', () => {
    const letters = Array.from({ length: 0x110000 }, (_, point) => point)
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point))
      .filter((letter) => /[\p{L}\p{Nd}]/u.test(letter))
    const wrong = letters.filter((letter) => {
      const folded = foldName(letter)
      return [letter.normalize('NFD'), letter.toLowerCase(), folded].some(
        (other) => foldName(other) !== folded,
      )
    })
    expect(letters.length).toBeGreaterThan(100_000)
    expect(wrong).toEqual([])
  })
})

describe('notes', () => {
  it.each(['', 'two\nlines\tand a tab', 'יובל كتب Ирина', 'Bu\u0308ro'])('%j are kept', (given) => {
    expect(parseNotes(given)).toBe(given.normalize('NFC'))
  })

  it.each(['a\u0000b', '\u001b[31mred', '\u202eeciffo', 'a\u2066b', 'a\u200eb'])(
    '%j are refused',
    (given) => {
      expect(problemOf(() => parseNotes(given))).toMatchObject({
        code: 'INVALID_INPUT',
        details: { field: 'notes' },
      })
    },
  )
})
