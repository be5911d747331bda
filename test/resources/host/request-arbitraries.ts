import fc from 'fast-check'

/** Text that would do harm if it ever reached a shell, a rule, a path, a terminal or a Python object. */
const hostile = [
  ...[
    '$(touch /pwned)',
    '`touch /pwned`',
    "'; touch /pwned; '",
    '| touch /pwned',
    '&& touch /pwned',
    '\\"; id #',
  ],
  ...['../../../etc/shadow', '/etc/passwd', '-j ACCEPT', '--help', '-X', '%s%n', '{0.__class__}', '$IFS'],
  ...[
    'add mh4 0.0.0.0/1,tcp:20000',
    'x\nflush mh4',
    'x\r\nadd mh4 1.0.0.0/8,tcp:20000',
    'COMMIT',
    '\u0000',
    '\u001b[2J',
  ],
  ...[
    'ALL=(ALL) NOPASSWD: ALL',
    'deploy, ALL',
    '#1000',
    '%sudo',
    '__proto__',
    '__class__',
    'constructor',
    'replies',
  ],
  ...[
    '\u202eevil',
    '\ud800',
    '\u2028',
    'caf\u00e9',
    'cafe\u0301',
    '\u{1f419}',
    '１２３',
    '',
    ' ',
    'NaN',
    'null',
    '0x50',
  ],
  ...[
    '1.2.3',
    '1.2.3.4/33',
    '010.1.2.3/32',
    '::ffff:1.2.3.4/128',
    '203.0.113.77/25',
    'fe80::1%eth0/128',
    '0.0.0.0/0',
  ],
]

const numbers = [
  ...[
    0,
    -0,
    -1,
    1,
    0.5,
    64.5,
    1023,
    1024,
    65_535,
    65_536,
    2 ** 20 + 1,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53,
    1e21,
    1e308,
  ],
]

const hostileText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(...hostile).map((one) => one.repeat(200)),
)
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(...numbers, null, true, false, [], {}, [[]], { v: 1 }, ['hello']),
  fc.jsonValue({ maxDepth: 2 }),
)

/** Names and labels that look dangerous and are allowed all the same. */
const printable = (most: number) =>
  fc
    .oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: most }))
    .map((text) => [...text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '')].slice(0, most).join(''))

const id = fc.constantFrom('acme0001', 'beta0002', 'constructor', 'aaaaaaaaaaaaaaaaaaaa')
const operationId = fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/)
const operator = fc.constantFrom('deploy', 'ann.lee', '_x', 'a'.repeat(32), 'Ann')
const tenantId = fc.option(id)
const digest = fc.stringMatching(/^[0-9a-f]{64}$/)
const cidr = fc.constantFrom(
  ...['203.0.113.7/32', '203.0.113.0/25', '198.51.100.0/24', '10.0.0.0/8', '0.0.0.0/0'],
  ...['2001:db8::/32', '2001:db8::1/128', '::/0', '::1/128', '64:ff9b::/96', '2001:db8:0:1::/64'],
)
const wanted = {
  id,
  name: printable(64).filter((text) => text !== ''),
  memoryMb: fc.integer({ min: 1, max: 128 }),
  maxConnections: fc.integer({ min: 1, max: 2 ** 20 }),
  limitMb: fc.integer({ min: 1, max: 128 }),
  notes: printable(2000).map((text) => `${text}`.replaceAll(';', '\n').slice(0, 2000)),
  createdAt: fc.constantFrom('2026-11-20T08:00:00Z', '2026-11-20T08:00:00.123456Z'),
}
const tags = fc.array(
  printable(32).filter((text) => text !== ''),
  { maxLength: 3 },
)
const placed = {
  ...wanted,
  port: fc.integer({ min: 20_000, max: 20_003 }),
  network: fc.constant(1),
  open: fc.boolean(),
  allow: fc.uniqueArray(fc.record({ cidr, label: printable(200) }), {
    selector: (entry) => entry.cidr,
    maxLength: 5,
  }),
}

const request = (op: string, required: Record<string, fc.Arbitrary<unknown>>, optional = {}) =>
  fc.record(
    { v: fc.constant(1), op: fc.constant(op), ...required, ...optional },
    { requiredKeys: ['v', 'op', ...Object.keys(required)] as never },
  ) as fc.Arbitrary<Record<string, unknown>>

const tenant = (values: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ ...values, tags }, { requiredKeys: Object.keys(values) as never })

/** Requests of the grammar, each operation as often as the others. */
export const validRequest = fc.oneof(
  request('hello', {}, { operator: fc.option(operator) }),
  request('observe', {}),
  request(
    'records',
    {},
    { tenantId, known: fc.option(fc.record({ revision: fc.nat(300), history: digest })) },
  ),
  request(
    'configure',
    {
      operationId,
      ifRevision: fc.option(fc.nat(300)),
      range: fc.constant({ from: 20_000, to: 29_999 }),
      supernet: fc.constantFrom('10.213.0.0/16', '172.30.0.0/16', '192.168.0.0/16'),
      reservedMb: fc.integer({ min: 0, max: 1024 }),
      operator,
    },
    {
      renew: fc.boolean(),
      released: fc.array(
        fc.record({ port: fc.integer({ min: 20_000, max: 20_003 }), at: wanted.createdAt, tenantId: id }),
        { maxLength: 3 },
      ),
    },
  ),
  request('dismiss', { operationId, operator: fc.oneof(operator, fc.constant('ALL')) }),
  request(
    'reserve',
    { operationId, tenant: tenant(wanted), port: fc.option(fc.integer({ min: 20_000, max: 20_003 })) },
    { freeAfterDays: fc.integer({ min: 0, max: 365 }) },
  ),
  request(
    'put',
    { operationId, ifRevision: fc.nat(300), tenant: tenant(placed) },
    { port: fc.constantFrom('keep-back', 'free') },
  ),
  request(
    'remove',
    { operationId, ifRevision: fc.option(fc.nat(300)), tenantId: id },
    { port: fc.constantFrom('keep-back', 'free') },
  ),
  request('close', {
    operationId,
    tenantId: id,
    cidrs: fc.option(fc.array(cidr, { maxLength: 4 })),
    asOf: fc.option(fc.nat(300)),
  }),
  request('restore', {}),
  request('teardown', {}),
  request('denied', {}, { tenantId }),
  request('listeners', {}, { deep: fc.boolean(), docker: fc.boolean(), input: fc.boolean() }),
  request('clients', { tenantIds: fc.array(id, { maxLength: 4 }) }, { idle: fc.boolean() }),
  request('disconnect', {
    tenantId: id,
    address: fc.constantFrom('203.0.113.7', '2001:db8::7'),
    port: fc.integer({ min: 1, max: 65_535 }),
  }),
)

type Path = readonly (string | number)[]

/** Every place in a value, the value itself first. */
const placesOf = (value: unknown, path: Path = []): Path[] =>
  typeof value !== 'object' || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))]

/** The value with what is at `path` changed; `undefined` takes a key away. */
const changeAt = (value: unknown, [first, ...rest]: Path, change: (old: unknown) => unknown): unknown => {
  if (first === undefined) return change(value)
  const copy = structuredClone(value) as Record<string, unknown>
  const inner = changeAt(copy[first], rest, change)
  if (inner === undefined && !Array.isArray(copy)) delete copy[first]
  // defineProperty, because `__proto__` is a key like any other here.
  else
    Object.defineProperty(copy, first, { value: inner, enumerable: true, writable: true, configurable: true })
  return copy
}

type Change = (old: unknown) => unknown

const change: fc.Arbitrary<Change> = fc.oneof(
  anyValue.map(
    (value): Change =>
      () =>
        value,
  ),
  hostileText.map(
    (text): Change =>
      (old) =>
        typeof old === 'string' ? old + text : text,
  ),
  fc.constant<Change>(() => undefined),
  fc.constant<Change>((old) => [old]),
  fc.constant<Change>((old) => JSON.stringify(old) ?? ''),
  fc.constantFrom(...numbers).map(
    (number): Change =>
      (old) =>
        typeof old === 'number' ? old + number : number,
  ),
  fc.tuple(hostileText, anyValue).map(
    ([key, value]): Change =>
      (old) =>
        typeof old === 'object' && old !== null ? { ...old, [key]: value } : [key, value],
  ),
)

/** Requests with one to three places of them changed. */
export const changedRequest = fc
  .tuple(validRequest, fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 }))
  .map(([start, changes]) =>
    changes.reduce((value: unknown, [at, apply]) => {
      const places = placesOf(value)
      return changeAt(value, places[at % places.length] ?? [], apply)
    }, start),
  )

const hexadecimal = fc.oneof(
  fc.constantFrom('0', '00', 'ffff', 'FFFF', '0db8'),
  fc.nat(0xffff).map((n) => n.toString(16)),
)
const dotted = fc
  .array(fc.oneof(fc.nat(255), fc.nat(300)).map(String), { minLength: 3, maxLength: 5 })
  .map((parts) => parts.join('.'))
const colons = fc.oneof(
  fc.array(hexadecimal, { minLength: 7, maxLength: 9 }).map((parts) => parts.join(':')),
  fc
    .tuple(fc.array(hexadecimal, { maxLength: 4 }), fc.array(hexadecimal, { maxLength: 4 }))
    .map(([left, right]) => `${left.join(':')}::${right.join(':')}`),
  dotted.map((text) => `::ffff:${text}`),
  fc.tuple(hexadecimal, hexadecimal).map(([high, low]) => `::ffff:${high}:${low}`),
)
const length = fc.oneof(fc.nat(33), fc.constantFrom(64, 96, 120, 128, 129)).map(String)
const oddLength = fc.constantFrom('', '/032', '/+8', '/-1', '/255.255.0.0', '/ 8')
/** Networks, most of them with something wrong: host bits, another way to write them, too long, no length. */
const nearNetwork = fc.oneof(
  dotted.map((address) => `${address}/32`),
  colons.map((address) => `${address}/128`),
  fc
    .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 7, max: 23 }))
    .map(([a, b, bits]) => `${a}.${b}.0.0/${bits}`),
  fc.tuple(fc.oneof(dotted, colons), length).map(([address, bits]) => `${address}/${bits}`),
  fc.tuple(fc.oneof(dotted, colons), oddLength).map(([address, bits]) => `${address}${bits}`),
)

/** Values that are nearly right where they stand. */
const nearMisses: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['cidr', nearNetwork],
  ['supernet', nearNetwork],
  ['id', fc.stringMatching(/^[a-zA-Z0-9./-]{7,21}$/)],
  ['tenantId', fc.stringMatching(/^[a-z0-9]{7,21}\n?$/)],
  ['operationId', fc.stringMatching(/^[\w/-]{7,65}\n?$/)],
  ['operator', fc.stringMatching(/^[\w.,=%-]{0,33}\n?$/)],
  ['createdAt', fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{0,7})?[Zz]?$/)],
  ['op', fc.constantFrom('Hello', 'hello ', 'exec', 'put\n', '__init__')],
  ['v', fc.constantFrom(0, 2, '1', true, 1.5)],
  ['history', fc.stringMatching(/^[0-9a-fA-F]{63,65}$/)],
  ['name', fc.string({ unit: 'binary', minLength: 60, maxLength: 68 })],
  ['label', fc.string({ unit: 'binary', minLength: 190, maxLength: 205 })],
]

const nearRequest = fc
  .tuple(validRequest, fc.nat(), fc.tuple(...nearMisses.map(([, values]) => values)))
  .map(([start, at, values]) => {
    const places = placesOf(start).flatMap((path) => {
      const index = nearMisses.findIndex(([key]) => key === path.at(-1))
      return index < 0 ? [] : [{ path, value: values[index] }]
    })
    // Most places are `v` and `op`; the rest is worth more.
    const deep = places.filter(({ path }) => path.length > 1 || at % 5 === 0)
    const place = (deep.length > 0 ? deep : places)[
      at % Math.max(1, (deep.length > 0 ? deep : places).length)
    ]
    return place === undefined ? start : changeAt(start, place.path, () => place.value)
  })

const withNetworks = fc
  .tuple(validRequest, fc.array(nearNetwork, { minLength: 1, maxLength: 2 }))
  .filter(([start]) => ['put', 'close', 'configure'].includes(String(start['op'])))
  .map(([start, networks]) =>
    start['op'] === 'put'
      ? changeAt(start, ['tenant', 'allow'], () => networks.map((one) => ({ cidr: one, label: '' })))
      : changeAt(start, [start['op'] === 'close' ? 'cidrs' : 'supernet'], () =>
          start['op'] === 'close' ? networks : networks[0],
        ),
  )

const brokenText = fc
  .tuple(
    validRequest,
    fc.nat(),
    fc.nat(30),
    fc.oneof(hostileText, fc.constantFrom('', '"', '}', '{', ',', ':', '[', '\\u0000', '1e999', '-', '.5')),
  )
  .map(([value, at, taken, put]) => {
    const text = JSON.stringify(value)
    const from = at % text.length
    return `${text.slice(0, from)}${put}${text.slice(from + (taken % 6))}`
  })

/** A key a second time, with a value that would otherwise be fine. */
const keyTwice = fc.tuple(validRequest, fc.nat(), validRequest).map(([value, at, other]) => {
  const keys = Object.keys(value)
  const key = keys[at % keys.length] ?? 'op'
  return `${JSON.stringify(value).slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(other[key] ?? null)}}`
})

const odd = fc.oneof(
  validRequest.map((value) =>
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(value))]),
  ),
  validRequest.map((value) => Buffer.from(JSON.stringify(value), 'utf16le')),
  validRequest.map((value) => Buffer.from(`${JSON.stringify(value)}${JSON.stringify(value)}`)),
  validRequest.map((value) => Buffer.from(JSON.stringify(value).replaceAll(/(\d)([,}])/g, '$1.0$2'))),
  fc.nat(2_000).map((depth) => Buffer.from(`{"v":1,"op":"hello","operator":${'['.repeat(depth)}`)),
)

export interface FuzzedLine {
  /** Without its end. */
  readonly bytes: Buffer
  /** The answer to demand whatever the grammar says of the value: null leaves that to the grammar. */
  readonly must: 'accept' | 'refuse' | null
}

const toLine = (must: FuzzedLine['must']) => (value: string | Buffer | Uint8Array) => ({
  bytes: Buffer.from(value).filter((byte) => byte !== 0x0a) as Buffer,
  must,
})

const toText = (value: unknown): string => JSON.stringify(value) ?? ''

export const fuzzedLine: fc.Arbitrary<FuzzedLine> = fc.oneof(
  { weight: 20, arbitrary: validRequest.map(toText).map(toLine('accept')) },
  { weight: 12, arbitrary: withNetworks.map(toText).map(toLine(null)) },
  { weight: 15, arbitrary: nearRequest.map(toText).map(toLine(null)) },
  { weight: 33, arbitrary: changedRequest.map(toText).map(toLine(null)) },
  { weight: 12, arbitrary: brokenText.map(toLine(null)) },
  { weight: 5, arbitrary: keyTwice.map(toLine('refuse')) },
  { weight: 3, arbitrary: odd.map(toLine(null)) },
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 300 }).map(toLine(null)) },
  { weight: 5, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map(toLine(null)) },
)
