import { type Endless, type Forgery, isEndless } from '../../hosts/forgery.ts'

/** A title, a colour by a C1 character, an override of the direction, and markup. */
export const steering = '\u001b]0;PWNED\u0007\u009b31m\u202e<img src=x onerror=alert(1)>'
const long = 'x'.repeat(100_000)
const vast = 'x'.repeat(60 * 2 ** 20)
/** Parsed, it would be of twenty times the size. */
const brackets = `[${'{},'.repeat(5_000_000)}{}]`
/** Each would be a complaint of its own. */
const nulls = `[${'null,'.repeat(999_999)}null]`
const text = (body: unknown): string | Endless =>
  typeof body === 'string' || isEndless(body) ? body : JSON.stringify(body)
const docker =
  (part: string, body: unknown): NonNullable<Forgery['docker']> =>
  (path) =>
    path.includes(part) ? text(body) : undefined
const helper =
  (op: string, change: (reply: Record<string, unknown>) => unknown): NonNullable<Forgery['helper']> =>
  (asked, reply) =>
    asked === op ? change(reply) : undefined

/** Every text in a document, changed. */
export const mapTexts = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)]))
}

/** Words with something behind them; addresses, digests and choices would not pass for facts then. */
export const after =
  (more: string) =>
  (each: string): string =>
    /^[0-9a-f:.]+$|^(nft|ok)$/.test(each) ? each : `${each}${more}`

/** Each is harmless to outside programs, and none that a true host would send. */
export const forgeries: readonly (readonly [string, Forgery])[] = [
  ['Docker says null', { docker: () => 'null' }],
  ['Docker says a text', { docker: () => '"x"' }],
  ['Docker says an empty list', { docker: () => '[]' }],
  ['Docker says half a document', { docker: () => '{"a":' }],
  ['Docker says markup', { docker: () => `<html>${steering}` }],
  ['Docker lists nothing but null', { docker: docker('/containers/json', [null]) }],
  ['Docker lists containers without labels', { docker: docker('/containers/json', [{ Labels: 7 }]) }],
  [
    'Docker names a version that a terminal obeys',
    { docker: docker('/version', { Version: steering, ApiVersion: steering }) },
  ],
  [
    'Docker names networks elsewhere',
    { docker: docker('/networks', [{ Name: '../containers/other' }, { Name: steering }]) },
  ],
  ['Docker has no memory', { docker: docker('/info', { OperatingSystem: steering, MemTotal: -1 }) }],
  ['Docker shows a container that is a list', { docker: docker('/containers/memharbor-', []) }],
  ['Docker shows an image without an id', { docker: docker('/images/', { Config: null }) }],
  ['Docker sends 65 MiB', { docker: docker('/version', ' '.repeat(65 * 2 ** 20)) }],
  ['the facts are null', { facts: () => 'null' }],
  ['the facts are half', { facts: () => '{"v":1,' }],
  [
    'all words of the facts steer a terminal',
    {
      facts: (facts) => mapTexts(facts, after(steering)),
    },
  ],
  ['the facts are long', { facts: (facts) => mapTexts(facts, after(long)) }],
  ['the helper says null', { helper: () => 'null' }],
  ['the helper says half a document', { helper: () => '{"ok":true,' }],
  [
    'the helper names a version that a terminal obeys',
    { helper: helper('hello', (reply) => ({ ...reply, version: `1.2.0${steering}` })) },
  ],
  ['the helper is of a later protocol', { helper: helper('hello', (reply) => ({ ...reply, protocol: 99 })) }],
  [
    'the helper refuses in words that steer a terminal',
    {
      helper: () => ({
        ok: false,
        code: steering,
        message: `${steering}${long}`,
        details: { reason: steering },
      }),
    },
  ],
  [
    'the helper refuses with a code of its own',
    { helper: () => ({ ok: false, code: 'internal', message: steering, details: {} }) },
  ],
  [
    'the helper says that its state is a list',
    { helper: helper('observe', (reply) => ({ ...reply, state: [] })) },
  ],
  [
    'the helper has problems that steer a terminal',
    {
      helper: helper('observe', (reply) => ({
        ...reply,
        kernel: { ...(reply['kernel'] as object), problems: Array(10_000).fill(steering), backend: steering },
      })),
    },
  ],
  [
    'the records are a list',
    { helper: helper('records', (reply) => ({ ...reply, unchanged: false, tenants: [] })) },
  ],
  [
    'the records have keys of a prototype',
    {
      helper: helper(
        'records',
        (reply) =>
          `${JSON.stringify({ ...reply, unchanged: false }).slice(0, -1)},"tenants":{"__proto__":{"id":"__proto__"}}}`,
      ),
    },
  ],
  ['the revision is no number', { helper: helper('records', (reply) => ({ ...reply, revision: 'NaN' })) }],
  ['the cache says markup', { cache: () => `${steering}\r\n` }],
  [
    'the cache has figures that steer a terminal',
    { cache: () => `STAT version ${steering}\r\nSTAT curr_items ${steering}\r\nEND\r\n` },
  ],
  [
    'every command complains in words that steer a terminal',
    { stderr: () => `${steering}\n`, facts: () => '', helper: () => '' },
  ],
  ['Docker lists nothing but brackets', { docker: docker('/containers/json', brackets) }],
  ['Docker has a log that is a document', { docker: docker('/logs', { a: 1 }) }],
  [
    'Docker has a log that is shorter than it says',
    { docker: docker('/logs', '\u0001\0\0\0\u007f\u007f\u007f\u007fA') },
  ],
  [
    'Docker shows a port that is a text',
    {
      docker: docker('/containers/memharbor-', {
        HostConfig: { PortBindings: { '11211/tcp': [{ HostPort: steering }] } },
      }),
    },
  ],
  [
    'Docker lists a tenant elsewhere',
    {
      docker: docker(
        '/containers/json',
        `[{"ImageID":"a","State":"${long}","Status":"","Ports":[],"Labels":{"__proto__":7,"io.memharbor.tenant":"../../other"}}]`,
      ),
    },
  ],
  ['the helper says nothing but brackets', { helper: helper('records', () => brackets) }],
  [
    'the helper answers twice',
    { helper: (_op, reply) => `${JSON.stringify(reply)}\n${JSON.stringify(reply)}` },
  ],
  ['the revision is below nothing', { helper: helper('hello', (reply) => ({ ...reply, revision: -1 })) }],
  [
    'the filter differs in more than can be counted',
    {
      helper: helper(
        'observe',
        (reply) => `${JSON.stringify(reply).replace(/"missingCount":\d+/, '"missingCount":1e308')}`,
      ),
    },
  ],
  ['Docker lists nothing but null, a million times', { docker: docker('/containers/json', nulls) }],
  ['the helper never ends a reply', { helper: () => ({ endless: 'x'.repeat(65_536) }) }],
  ['the helper never ends its replies', { helper: () => ({ endless: '{"ok":true}\n'.repeat(5_000) }) }],
  ['the cache never ends', { cache: () => ({ endless: 'STAT a b\r\n'.repeat(5_000) }) }],
  ['the cache never ends a line', { cache: () => ({ endless: 'x'.repeat(65_536) }) }],
  [
    'Docker never ends a log',
    { docker: docker('/logs', { endless: `\u0001\0\0\0\0\0\u0010\0${'x'.repeat(4_096)}` }) },
  ],
  ['Docker never ends its version', { docker: docker('/version', { endless: ' '.repeat(65_536) }) }],
  [
    'Docker has a version of 3 MiB',
    { docker: docker('/version', { Version: 'x'.repeat(3 * 2 ** 20), ApiVersion: '1.43' }) },
  ],
  ['Docker lists a container of 60 MiB', { docker: docker('/containers/json', [{ State: vast }]) }],
  ['the facts never end', { facts: () => ({ endless: 'x'.repeat(65_536) }) }],
  ['the facts are 15 MiB', { facts: () => ({ v: 'x'.repeat(15 * 2 ** 20) }) }],
  [
    'the filter misses nothing, a million times',
    {
      helper: helper('observe', (reply) =>
        JSON.stringify(reply).replace(/"missing":\[[^\]]*\]/, () => `"missing":${nulls}`),
      ),
    },
  ],
  [
    'the records have a name of 60 MiB',
    {
      helper: helper('records', (reply) => ({
        ...{ ...reply, unchanged: false },
        tenants: { forged: { id: 'forged', name: vast } },
      })),
    },
  ],
  ['every reply of the helper is of 60 MiB', { helper: (_op, reply) => ({ ...reply, more: vast }) }],
]
