import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AllowEntry } from '../../src/contract/allowlist.ts'
import { covers, parseCidr } from '../../src/domain/address.ts'
import { previewAllow } from '../../src/domain/allow-preview.ts'
import { withAllowed } from '../../src/domain/allowlist.ts'
import { problemOf } from './problem-of.ts'
import { networkText } from './random-networks.ts'

const many = (count: number): string =>
  Array.from({ length: count }, (_, n) => `10.0.${n >> 8}.${n & 255}`).join('\n')

const short = (text: string): [line: number, cidr: string, label: string][] =>
  previewAllow(text, []).entries.map(({ line, cidr, label }) => [line, cidr, label])

describe('a pasted text', () => {
  it.each<[what: string, text: string, entries: [number, string, string][]]>([
    ['nothing', '', []],
    ['blank lines', ' \n\r\n\t', []],
    ['an address', '203.0.113.7', [[1, '203.0.113.7/32', '']]],
    [
      'lines, with Windows ends and a byte order mark',
      '\ufeff203.0.113.7\r\n2001:db8::/32\r\n',
      [
        [1, '203.0.113.7/32', ''],
        [2, '2001:db8::/32', ''],
      ],
    ],
    [
      'commas, semicolons and blanks',
      '192.0.2.1, 192.0.2.2;192.0.2.3 192.0.2.4\t192.0.2.5,',
      [1, 2, 3, 4, 5].map((n) => [1, `192.0.2.${n}/32`, '']),
    ],
    [
      'labels behind =',
      '203.0.113.7=front desk, 203.0.113.8 = back 203.0.113.0/25=team #5; 2001:db8::1=six',
      [
        [1, '203.0.113.7/32', 'front desk'],
        [1, '203.0.113.8/32', 'back'],
        [1, '203.0.113.0/25', 'team #5'],
        [1, '2001:db8::1/128', 'six'],
      ],
    ],
    [
      'a label behind # for the whole line',
      '203.0.113.7, 203.0.113.8=own # Berlin, second floor\n# only a comment\n203.0.113.9#x',
      [
        [1, '203.0.113.7/32', 'Berlin, second floor'],
        [1, '203.0.113.8/32', 'own'],
        [3, '203.0.113.9/32', 'x'],
      ],
    ],
    [
      'quotes of a spreadsheet',
      '"203.0.113.7"\n" 198.51.100.0/24 ";"203.0.113.8"="office, ""north"""\n""',
      [
        [1, '203.0.113.7/32', ''],
        [2, '198.51.100.0/24', ''],
        [2, '203.0.113.8/32', 'office, "north"'],
      ],
    ],
    [
      'anyone',
      'Anyone=all',
      [
        [1, '0.0.0.0/0', 'all'],
        [1, '::/0', 'all'],
      ],
    ],
  ])('%s', (_what, text, entries) => {
    expect(previewAllow(text, []).problems).toEqual([])
    expect(short(text)).toEqual(entries)
  })

  it.each<[text: string, line: number, given: string, sentence: RegExp]>([
    ['203.0.113.7\nhello', 2, 'hello', /not usable as an address/],
    ['203.0.113.77/25', 1, '203.0.113.77/25', /Did you mean 203\.0\.113\.0\/25\?/],
    ['0.0.0.0/0', 1, '0.0.0.0/0', /opens the cache to everybody/],
    ['010.1.2.3', 1, '010.1.2.3', /without leading zeros/],
    ['::ffff:192.0.2.1', 1, '::ffff:192.0.2.1', /Did you mean 192\.0\.2\.1\?/],
    ['203.0.113.7/', 1, '203.0.113.7/', /after the slash/],
    ['=label', 1, '=', /not usable/],
    ['"203.0.113.7', 1, '"', /not usable/],
    ['<script>', 1, '<script>', /not usable/],
    ['203.0.113.7=a\u0007b', 1, '203.0.113.7', /control characters/],
  ])('%j: what is no entry is told', (text, line, given, sentence) => {
    expect(previewAllow(text, []).problems).toContainEqual({
      line,
      given,
      sentence: expect.stringMatching(sentence),
    })
  })

  it('is read up to the most that a tenant may have', () => {
    const { entries, problems, leftOut } = previewAllow(many(1_200), [])
    expect(entries).toHaveLength(1_000)
    expect(leftOut).toBe(200)
    expect(problems).toEqual([
      {
        line: 1_001,
        given: '10.0.3.232',
        sentence:
          'The text has 1,200 entries; a tenant can have 1,000, so the last 200 are left out. Use ranges.',
      },
    ])
  })

  it.each<[what: string, listed: number, text: string, entries: number, leftOut: number, told: RegExp]>([
    [
      'one on the list',
      1,
      many(1_200),
      999,
      201,
      /^The text has 1,200 entries, and 1 is on the list already; /,
    ],
    ['a full list', 1_000, many(1), 0, 1, /so the last one is left out/],
    ['a full list that has it', 1_000, '192.0.2.0', 1, 0, /^$/],
    ['room for one of the two of anyone', 999, 'anyone\n10.0.0.1', 0, 2, /so the last 2 are left out/],
    ['what cannot be read', 998, `hello 172.16.0.1 bye ${many(3)}`, 2, 4, /so the last 2 are left out/],
  ])('fits the list: %s', (_what, listed, text, entries, leftOut, told) => {
    const list = Array.from({ length: listed }, (_, n) => ({
      cidr: `192.${n >> 8}.2.${n & 255}/32`,
      label: '',
    }))
    const preview = previewAllow(text, list)
    expect(preview.entries).toHaveLength(entries)
    expect(preview.leftOut).toBe(leftOut)
    expect(preview.problems.at(-1)?.sentence ?? '').toMatch(told)
    expect(withAllowed(list, preview.entries).length).toBeLessThanOrEqual(1_000)
  })
})

describe('what is said of an entry', () => {
  const list: AllowEntry[] = [
    { cidr: '203.0.113.0/24', label: 'office' },
    { cidr: '198.51.100.7/32', label: '' },
    { cidr: '198.51.100.8/32', label: '' },
  ]
  it.each<[text: string, addresses: string[], notes: string[]]>([
    ['192.0.2.0/24', ['256'], ['']],
    ['2001:db8::/32', ['79228162514264337593543950336'], ['']],
    ['203.0.113.0/24', ['256'], ['It is on the allowlist already.']],
    ['203.0.113.0/24=office', ['256'], ['It is on the allowlist already.']],
    ['203.0.113.0/24=new', ['256'], ['It is on the allowlist already; its label becomes "new".']],
    ['203.0.113.7', ['1'], ['203.0.113.0/24 on the allowlist lets it in already.']],
    ['192.0.2.1 192.0.2.1', ['1', '1'], ['', 'It stands twice on this line.']],
    ['192.0.2.1\n192.0.2.1=x', ['1', '1'], ['', 'It stands on line 1 already.']],
    ['192.0.2.1\n\n192.0.2.0/24', ['1', '256'], ['192.0.2.0/24 on line 3 lets it in already.', '']],
    [
      '198.51.100.0/24',
      ['256'],
      ['It holds 198.51.100.7/32 and 1 more of the allowlist, which it makes needless.'],
    ],
    [
      'anyone',
      ['4294967296', '340282366920938463463374607431768211456'],
      ['It holds 203.0.113.0/24 and 2 more of the allowlist, which it makes needless.', ''],
    ],
  ])('%j', (text, addresses, notes) => {
    const { entries } = previewAllow(text, list)
    expect(entries.map((entry) => entry.addresses)).toEqual(addresses)
    expect(entries.map((entry) => entry.note)).toEqual(notes)
  })
})

it.each<[text: string, list: string[], opens: boolean]>([
  ['', [], false],
  ['203.0.113.7', [], false],
  ['anyone', [], true],
  ['0.0.0.0/1, 128.0.0.0/1', [], true],
  ['0.0.0.0/1', ['128.0.0.0/1'], true],
  ['::/1 8000::/2', ['c000::/2'], true],
  ['8000::/1', ['128.0.0.0/1'], false],
  // All that was ever given out of IPv6 lies in it.
  ['::/1', ['128.0.0.0/1'], true],
  ['203.0.113.7', ['0.0.0.0/0'], false],
  ['anyone', ['0.0.0.0/0'], true],
])('%j on %j opens it to anyone: %s', (text, cidrs, opens) => {
  const list = cidrs.map((cidr) => ({ cidr, label: '' }))
  expect(previewAllow(text, list).opensToAnyone).toBe(opens)
})

it.each<[text: string, list: string[], widens: string]>([
  ['203.0.113.0/24', [], ''],
  ['20.0.0.0/7', [], 'The allowlist would cover 0.78 % of all IPv4 addresses.'],
  ['20.0.0.0/8', ['128.0.0.0/1'], ''],
  ['0.0.0.0/1', ['128.0.0.0/1'], 'The allowlist would let in everybody on the internet over IPv4.'],
])('%j on %j: %j', (text, cidrs, widens) => {
  const list = cidrs.map((cidr) => ({ cidr, label: '' }))
  expect(previewAllow(text, list).widens).toBe(widens)
})

it('says which entries nobody comes from over the internet, each for itself', () => {
  const { entries } = previewAllow('192.168.1.20, 192.168.1.21, 8.8.8.8', [])
  expect(entries.map(({ special }) => special)).toEqual([
    expect.stringMatching(/^192\.168\.1\.20 can't come over the internet/),
    expect.stringMatching(/^192\.168\.1\.21 can't/),
    '',
  ])
})

describe('any text', () => {
  it('never fails, and what is read is what allowing would take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { entries } = previewAllow(text, [])
        for (const { cidr } of entries) if (!cidr.endsWith('/0')) expect(parseCidr(cidr)).toBe(cidr)
      }),
    )
  })

  it('of entries, however divided, has exactly those entries', () => {
    const divider = fc.constantFrom('\n', ',', ';', ' ', ', ', '\r\n', ' ;\t')
    const someLabel = fc.constantFrom('', '=office', '="a, b"', ' = two words')
    fc.assert(
      fc.property(fc.array(fc.tuple(networkText, someLabel, divider), { maxLength: 20 }), (parts) => {
        const text = parts.map((part) => part.join('')).join('')
        const usable = parts.flatMap(([given]) => {
          const problem = problemOf(() => parseCidr(given))
          return problem === undefined ? [parseCidr(given)] : []
        })
        const { entries, problems } = previewAllow(text, [])
        expect(entries.map(({ cidr }) => cidr)).toEqual(usable)
        expect(entries.length + problems.length).toBe(parts.length)
      }),
    )
  })

  it('says that an entry lies in another one exactly when it does', () => {
    const small = fc
      .tuple(fc.nat(7), fc.nat(7), fc.integer({ min: 1, max: 32 }))
      .map(([a, b, prefix]) => `10.${a * 32}.${b * 32}.0/${prefix}`)
      .map((given) => {
        const problem = problemOf(() => parseCidr(given))
        return problem?.code === 'ADDRESS_INVALID' ? (problem.details.suggestion ?? given) : given
      })
    fc.assert(
      fc.property(fc.array(small, { maxLength: 8 }), fc.array(small, { maxLength: 8 }), (given, before) => {
        const list = withAllowed(
          [],
          before.map((cidr) => ({ cidr, label: '' })),
        )
        const all = new Set([...given, ...list.map(({ cidr }) => cidr)])
        const seen = new Set<string>()
        for (const { cidr, note } of previewAllow(given.join('\n'), list).entries) {
          const isKept = list.some((entry) => entry.cidr === cidr)
          const lies = [...all].some((other) => other !== cidr && covers(other, cidr))
          if (!isKept && !seen.has(cidr)) expect(note.endsWith('lets it in already.')).toBe(lies)
          seen.add(cidr)
        }
      }),
    )
  })
})
