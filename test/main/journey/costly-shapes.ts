import type { Forgery } from '../../hosts/forgery.ts'

const mib = 2 ** 20

/** Members of a list or an object until they have so many bytes, each unlike the others. */
const fill = (bytes: number, member: (at: string) => string): string => {
  const members: string[] = []
  for (let length = 0, at = 0; length < bytes; at += 1) {
    const next = member(at.toString(36))
    members.push(next)
    length += next.length + 1
  }
  return members.join()
}

/** Made when it is asked for, and once. */
const once = (make: () => string): (() => string) => {
  let made: string | undefined
  return () => {
    made ??= make()
    return made
  }
}

const keys = (bytes: number) => `{${fill(bytes, (at) => `"${at}":1`)}}`
const objects = (bytes: number) => `[${fill(bytes, (at) => `{"${at}":1}`)}]`
const texts = (bytes: number) => `[${fill(bytes, (at) => `"${at}"`)}]`
const nested = (bytes: number) => `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`

/** Documents that take many times their bytes when they are parsed. */
const shapes: readonly (readonly [string, (bytes: number) => string])[] = [
  ['keys', keys],
  ['keys in objects of a thousand', (bytes) => `[${Array(Math.floor(bytes / 10_240)).fill(keys(10_230))}]`],
  ['objects, each with another key', objects],
  ['texts', texts],
  ['escaped texts', (bytes) => `[${fill(bytes, (at) => `"\\u0416${at}"`)}]`],
  ['escaped keys', (bytes) => `{${fill(bytes, (at) => `"\\u0416${at}":1`)}}`],
  ['long keys', (bytes) => `{${fill(bytes, (at) => `"${'x'.repeat(1_000)}${at}":1`)}}`],
  ['numbers', (bytes) => `[${fill(bytes, () => '7')}]`],
  ['nested lists', nested],
  ['nested objects', (bytes) => `${'{"a":'.repeat(bytes / 6)}1${'}'.repeat(bytes / 6)}`],
]

/** A reply with something more at its end. */
const withMore = (reply: Record<string, unknown>, more: string): string =>
  `${JSON.stringify(reply).slice(0, -1)},${more}}`

const beside = (bytes: number, shape: (bytes: number) => string): Forgery => {
  const more = once(() => `"more":${shape(bytes)}`)
  return {
    helper: (op, reply) => (op === 'records' || op === 'observe' ? withMore(reply, more()) : undefined),
  }
}

const record = (more: Readonly<Record<string, unknown>>) => ({
  ...{ id: 'zz00000000', name: 'forged', port: 20_000, network: 1, memoryMb: 64, maxConnections: 1_024 },
  ...{ limitMb: 100, open: true, allow: [], notes: '', tags: [], createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ revision: 1, ...more },
})

/** Records of so many bytes altogether, each with another id and its port. */
const remembers = (bytes: number, one: (id: string, port: number) => string): Forgery => {
  const tenants = once(() => {
    const records: string[] = []
    for (let length = 0, at = 0; length < bytes; at += 1) {
      const id = `zz${at.toString(36).padStart(8, '0')}`
      const next = `"${id}":${one(id, 1_024 + (at % 64_512))}`
      records.push(next)
      length += next.length + 1
    }
    return records.join()
  })
  return {
    helper: (op, reply) =>
      op === 'records'
        ? withMore({ ...reply, unchanged: false, tenants: undefined }, `"tenants":{${tenants()}}`)
        : undefined,
  }
}

const vast = 60 * mib
const docker = (part: string, make: () => string): Forgery => {
  const body = once(make)
  return { docker: (path) => (path.includes(part) ? body() : undefined) }
}

/** Containers of tenants, as Docker lists them. */
const carriers = (many: number, more: (at: number) => string): string => {
  const listed = Array.from({ length: many }, (_, at) => {
    const id = `zz${String(at).padStart(8, '0')}`
    const label = `{"io.memharbor.tenant":"${id}"}`
    const names = `"Names":["/memharbor-${id}"]`
    return `{"Id":"${id}","ImageID":"a","State":"running","Status":"",${names},"Labels":${label}${more(at)}}`
  })
  return `[${listed.join()}]`
}

/** Many long answers about one thing each, after a list of those. */
const manyOf = (list: string, make: () => string, one: string, about: () => string): Forgery => {
  const [listed, inspected] = [once(make), once(about)]
  return {
    docker: (path) => {
      if (path.includes(list)) return listed()
      return path.includes(one) ? inspected() : undefined
    },
  }
}

const networks = (): string => `[${Array.from({ length: 40 }, (_, at) => `{"Name":"memharbor-${at + 1}"}`)}]`
const manyNetworks = (shape: (bytes: number) => string, bytes: number): Forgery =>
  manyOf('/networks?', networks, '/networks/', () => `{"Containers":{},"more":${shape(bytes)}}`)
const same = (bytes: number) => `[${fill(bytes, () => '{"a":1}')}]`

const manyCarriers = (mounts: (bytes: number) => string, bytes: number): Forgery =>
  manyOf(
    '/containers/json',
    () => carriers(30, () => ''),
    '/containers/zz',
    () => `{"Image":"a","Config":{},"HostConfig":{},"Mounts":${mounts(bytes)}}`,
  )

/** Answers within every length, of which the panel would hold many times as much. */
export const costlyShapes: readonly (readonly [string, Forgery])[] = [
  ...shapes.map(
    ([what, shape]) =>
      [`the helper says ${what} beside its tenants`, beside(8 * mib - 4_096, shape)] as const,
  ),
  ...shapes.map(
    ([what, shape]) =>
      [
        `Docker lists a container with ${what}`,
        docker('/containers/json', () => `[{"more":${shape(31 * mib)}}]`),
      ] as const,
  ),
  ...shapes.map(
    ([what, shape]) =>
      [`all that Docker says has ${what}`, docker('', () => `{"more":${shape(mib - 4_096)}}`)] as const,
  ),
  [
    'the helper says keys instead of tenants',
    {
      helper: (op, reply) =>
        op === 'records'
          ? withMore({ ...reply, unchanged: false, tenants: undefined }, keys(7 * mib).slice(1, -1))
          : undefined,
    },
  ],
  [
    'every reply of the helper has keys',
    { helper: (op, reply) => withMore(reply, keys(op === 'hello' ? 60_000 : 1_000_000).slice(1, -1)) },
  ],
  ...shapes.map(
    ([what, shape]) =>
      [
        `the helper remembers tenants of nothing but ${what}`,
        remembers(vast, () => `{"name":${shape(3 * mib)}}`),
      ] as const,
  ),
  [
    'the helper remembers tenants of a thousand keys',
    remembers(vast, (id) => `${JSON.stringify(record({ id })).slice(0, -1)},"more":${keys(40_000)}}`),
  ],
  [
    'the helper remembers tenants with many tags',
    remembers(vast, (id, port) =>
      JSON.stringify(record({ id, port, name: `forged-${port}`, tags: JSON.parse(texts(50_000)) })),
    ),
  ],
  [
    'the helper remembers tenants with long notes',
    remembers(vast, (id, port) =>
      JSON.stringify(record({ id, port, name: `forged-${port}`, notes: `Ж${'x'.repeat(1_500)}` })),
    ),
  ],
  [
    'the helper remembers tenants with as much of notes as panels write',
    remembers(40 * mib, (id, port) => {
      const notes = 'Ж'.repeat(600)
      return JSON.stringify(record({ id, port, name: `forged-${port}`, notes })).replaceAll('Ж', '\\u0416')
    }),
  ],
  [
    'the helper remembers tenants with notes of megabytes',
    remembers(vast, (id, port) =>
      JSON.stringify(record({ id, port, name: `forged-${port}`, notes: `Ж${'x'.repeat(3 * mib)}` })),
    ),
  ],
  [
    'the helper remembers tenants with long labels',
    remembers(vast, (id, port) =>
      JSON.stringify(
        record({
          id,
          port,
          name: `forged-${port}`,
          allow: [{ cidr: '203.0.113.7/32', label: `Ж${'x'.repeat(900)}` }],
        }),
      ),
    ),
  ],
  [
    'Docker lists containers with many ports',
    docker(
      '/containers/json',
      () =>
        `[{"ImageID":"a","State":"running","Status":"","Ports":[${fill(31 * mib, () => '{"PublicPort":7}')}]}]`,
    ),
  ],
  // As many bytes as may be, and as many as pass the bound of values.
  ...([4 * mib - 4_096, 190_000] as const).flatMap((bytes) => [
    [`Docker has many networks of ${bytes} bytes of objects`, manyNetworks(same, bytes)] as const,
    [`Docker has many networks of ${bytes} bytes of keys`, manyNetworks(keys, bytes)] as const,
  ]),
  ...([mib - 4_096, 110_000] as const).map(
    (bytes) =>
      [`Docker has many containers of ${bytes} bytes of mounts`, manyCarriers(objects, bytes)] as const,
  ),
  [
    'Docker lists many containers with as many ports as there is room for',
    docker('/containers/json', () =>
      carriers(38, (at) => {
        let port = at * 1_000
        return `,"Ports":[${fill(mib - 60_000, () => `{"PublicPort":${(port++ % 60_000) + 1_000}}`)}]`
      }),
    ),
  ],
  [
    'Docker lists many containers with as many names as there is room for',
    docker('/containers/json', () =>
      carriers(52, (at) => `,"Names":[${fill(600_000, (name) => `"${at}${name}"`)}]`),
    ),
  ],
  [
    'Docker lists as many containers as there is room for',
    docker(
      '/containers/json',
      () =>
        `[${fill(31 * mib, (at) => `{"Id":"${at}","ImageID":"a","State":"","Status":"","Labels":{"io.memharbor.tenant":"zz${at}"}}`)}]`,
    ),
  ],
]
