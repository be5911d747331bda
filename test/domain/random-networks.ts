import fc from 'fast-check'

/** A number with its bits, most significant first, as groups of `size` bits. */
const groups = (count: number, size: number) =>
  fc.array(
    fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(2 ** size - 1) }),
    {
      minLength: count,
      maxLength: count,
    },
  )

const address4 = groups(4, 8).map((bytes) => bytes.join('.'))

/** All spellings that people use: with leading zeros, in capitals, and with one run of zero groups left out. */
const address6 = fc
  .record({ parts: groups(8, 16), padded: fc.boolean(), capital: fc.boolean(), short: fc.boolean() })
  .map(({ parts, padded, capital, short }) => {
    const texts = parts.map((part) => part.toString(16).padStart(padded ? 4 : 1, '0'))
    const from = parts.indexOf(0)
    const beyond = parts.findIndex((part, index) => index > from && part !== 0)
    const to = beyond === -1 ? 8 : beyond
    const text =
      short && from !== -1
        ? `${texts.slice(0, from).join(':')}::${texts.slice(to).join(':')}`
        : texts.join(':')
    return capital ? text.toUpperCase() : text
  })

/** Addresses of both families with a prefix length, host bits and all. */
export const networkText = fc.oneof(
  fc.tuple(address4, fc.integer({ min: 1, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`),
  fc.tuple(address6, fc.integer({ min: 1, max: 128 })).map(([address, prefix]) => `${address}/${prefix}`),
  address4,
  address6,
)

const character = fc.constantFrom(...'0123456789abfxF.:/% -+')

/** Texts that are nearly networks: one character changed, put in or taken out. */
export const nearlyNetworkText = fc
  .record({
    text: networkText,
    at: fc.nat(45),
    drop: fc.nat(1),
    insert: fc.string({ unit: character, maxLength: 2 }),
  })
  .map(({ text, at, drop, insert }) => text.slice(0, at) + insert + text.slice(at + drop))
