import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyone, covers, isAnyone, parseCidr } from '../../src/domain/address.ts'
import { problemOf } from './problem-of.ts'
import { judgeSubnets, readNetworks } from './python-ipaddress.ts'
import { nearlyNetworkText, networkText } from './random-networks.ts'

/** The stored form, or what is suggested instead, or the word `refused`. */
const read = (text: string): string => {
  let cidr = ''
  const problem = problemOf(() => {
    cidr = parseCidr(text)
  })
  if (problem === undefined) return cidr
  return problem.code === 'ADDRESS_INVALID' ? `refused: ${problem.details.suggestion ?? ''}` : problem.code
}

describe('an address or range', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['0.0.0.0', '0.0.0.0/32'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['255.255.255.255', '255.255.255.255/32'],
    [' 203.0.113.7\n', '203.0.113.7/32'],
    ['::', '::/128'],
    ['0:0:0:0:0:0:0:0', '::/128'],
    ['::1', '::1/128'],
    ['::102:304', '::102:304/128'],
    ['64:ff9b::/96', '64:ff9b::/96'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304/128'],
    ['2001:DB8:0000::0001', '2001:db8::1/128'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1/128'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['8000::/1', '8000::/1'],
  ])('%j is kept as %s', (given, kept) => {
    expect(read(given)).toBe(kept)
  })

  it.each([
    ['host bits', '203.0.113.77/25', '203.0.113.0/25'],
    ['host bits of IPv6', '2001:db8::77/64', '2001:db8::/64'],
    ['everybody', '0.0.0.0/0', 'the word "anyone", which says so'],
    ['everybody over IPv6', '::/0', 'the word "anyone", which says so'],
    ['everybody by way of an address', '203.0.113.7/0', 'the word "anyone", which says so'],
    ['IPv4 in IPv6', '::ffff:1.2.3.4', '1.2.3.4'],
    ['IPv4 in IPv6, in hexadecimal', '::ffff:102:304', '1.2.3.4'],
    ['an IPv4 range in IPv6', '::ffff:1.2.3.0/120', '1.2.3.0/24'],
    ['an IPv4 range with host bits in IPv6', '::ffff:1.2.3.4/120', '1.2.3.0/24'],
    ['IPv4 in IPv6 with an IPv4 prefix', '::ffff:1.2.3.4/24', '1.2.3.4'],
  ])('is refused with a suggestion: %s', (_, given, suggestion) => {
    expect(read(given)).toBe(`refused: ${suggestion}`)
  })

  it.each([
    '',
    ' ',
    '/',
    '/24',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/+24',
    '1.2.3.4/024',
    '1.2.3.4/00',
    '1.2.3.4/24/24',
    '1.2.3.4//24',
    '1.2.3.4 /24',
    '1.2.3.4/ 24',
    '1.2.3.4 5.6.7.8',
    '1.2.3.4,5.6.7.8',
    '1.2.3.4/255.255.255.0',
    '1.2.3.4/1e1',
    '1.2.3.4:80',
    '010.1.2.3',
    '10.1.2.03',
    '0x0a.1.2.3',
    '16909060',
    '256.1.2.3',
    '１.2.3.4',
    '٣.2.3.4',
    '1.2.3.4/２４',
    '1。2。3。4',
    'example.org',
    'localhost',
    'anyone',
    '::/129',
    '::/064',
    ':::',
    ':',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    '00001::',
    '::g',
    '[::1]',
    'fe80::1%eth0',
    'fe80::1%eth0/64',
    'fe80::%25eth0',
    '2001:db8:: /32',
    '64:ff9b::010.1.2.3',
    '64:ff9b::0x1.2.3.4',
    '::ffff:010.1.2.3',
    '::ffff:999.1.1.1',
    '1.2.3.4\u0000',
    '1.2.3.4; id',
    '$(id)',
  ])('%j is refused', (given) => {
    expect(read(given)).toBe('refused: ')
  })

  it.each(['1', ':', '/', '1.', ':0'])('%j 100,000 times is refused at once', (part) => {
    expect(read(part.repeat(100_000))).toBe('refused: ')
  })

  it('is written as Python writes it, and a range with host bits is suggested as Python would mask it', async () => {
    const texts = fc.sample(networkText, { numRuns: 2000, seed: 1 })
    const expected = await readNetworks(texts)
    const wrong = texts.flatMap((text, index) => {
      const python = expected[index]
      if (python === null || python === undefined) return [`${text}: Python does not read it`]
      if (python.mapped) return read(text).startsWith('refused: ') ? [] : [`${text}: is IPv4 in IPv6`]
      const want = python.strict ? python.cidr : `refused: ${python.cidr}`
      return read(text) === want ? [] : [`${text}: ${read(text)}, not ${want}`]
    })
    expect(wrong).toEqual([])
  })

  it('is nothing that Python reads otherwise', async () => {
    const texts = fc.sample(nearlyNetworkText, { numRuns: 4000, seed: 2 })
    const accepted = texts.filter((text) => !read(text).startsWith('refused'))
    const expected = await readNetworks(accepted.map((text) => text.trim()))
    expect(accepted.length).toBeGreaterThan(200)
    expect(accepted.map(read)).toEqual(expected.map((python) => (python?.strict ? python.cidr : python)))
  })

  it('stays as it is when it is read again, and so does what is suggested', () => {
    fc.assert(
      fc.property(networkText, (text) => {
        const kept = read(text).replace('refused: ', '')
        if (kept.includes('anyone')) return
        expect(read(kept)).toBe(kept.includes('/') ? kept : `${kept}/32`)
      }),
    )
  })

  it('never ends otherwise than in its form or in ADDRESS_INVALID', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), nearlyNetworkText), (text) => {
        expect(read(text)).toMatch(/^(refused: |[0-9a-f.:]+\/\d+$)/)
      }),
    )
  })
})

describe('covers', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.7/32', true],
    ['203.0.113.7/32', '203.0.113.7/32', true],
    ['203.0.113.7/32', '203.0.113.0/24', false],
    ['203.0.113.0/25', '203.0.113.128/25', false],
    ['0.0.0.0/0', '203.0.113.7/32', true],
    ['0.0.0.0/0', '2001:db8::/32', false],
    ['::/0', '2001:db8::/32', true],
    ['::/0', '203.0.113.7/32', false],
    ['::/0', '0.0.0.0/0', false],
    ['2001:db8::/33', '2001:db8:8000::/33', false],
  ])('%s of %s: %s', (outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected)
  })

  it("agrees with Python's subnet_of", async () => {
    const texts = fc
      .sample(networkText, { numRuns: 600, seed: 3 })
      .map((text) => read(text).replace('refused: ', ''))
      .filter((text) => text.includes('/'))
    // Pairs of strangers hardly ever cover each other, so each is paired with its own surroundings, too.
    const pairs = texts.flatMap((text, index) => {
      const [address = '', prefix = '0'] = text.split('/')
      const around = [1, 3, 9].map((bits) => read(`${address}/${Math.max(1, Number(prefix) - bits)}`))
      return [...around, ...anyone, texts[index + 1] ?? text, text]
        .map((other) => other.replace('refused: ', ''))
        .flatMap((other) => [[other, text] as const, [text, other] as const])
    })
    const expected = await judgeSubnets(pairs)
    const wrong = pairs.filter(([outer, inner], index) => covers(outer, inner) !== expected[index])
    expect(wrong).toEqual([])
    expect(expected.filter((covered) => covered).length).toBeGreaterThan(1000)
  })
})

it('knows the two entries that let everybody in', () => {
  expect(['0.0.0.0/0', '::/0', '0.0.0.0/1', '::/1', '0.0.0.0/32'].map(isAnyone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
