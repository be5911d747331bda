import type { Forgery } from '../../hosts/forgery.ts'

interface Sound {
  readonly tenants: number
  /** Of each tenant. */
  readonly entries: number
}

/** The inside of an object with records that pass for true ones, each with its own id, port and network. */
const soundRecords = ({ tenants, entries }: Sound): string => {
  const allow = Array.from({ length: entries }, (_, at) => ({
    cidr: `10.${at >> 8}.${at & 255}.1/32`,
    label: '',
  }))
  const records = Array.from({ length: tenants }, (_, at) => {
    const id = `zz${String(at).padStart(10, '0')}`
    const record = {
      ...{ id, name: `forged-${at}`, port: 1_024 + (at % 64_512), network: (at % 16_384) + 1, memoryMb: 64 },
      ...{ maxConnections: 1_024, limitMb: 100, open: true, allow, notes: '', tags: [] },
      ...{ createdAt: '2026-01-01T00:00:00.000Z', revision: 1 },
    }
    return `"${id}":${JSON.stringify(record)}`
  })
  return records.join()
}

/** The inside of an object with so many keys. */
const repeat = (many: number, value: string): string =>
  Array.from({ length: many }, (_, at) => `"${at}":${value}`).join()

/** @param make when it is asked for, because all of them are 200 MB */
const remembers = (make: () => string): Forgery => {
  let tenants: string | undefined
  return {
    helper: (op, reply) => {
      if (op !== 'records') return undefined
      tenants ??= make()
      const around = JSON.stringify({ ...reply, unchanged: false, tenants: {} }).slice(0, -1)
      return `${around},"tenants":{${tenants}}}`
    },
  }
}

/** Replies of many megabytes: some are of no host, and some could be of a very large one. */
export const vastRecords: readonly (readonly [string, Forgery])[] = [
  ['the helper remembers a million empty tenants', remembers(() => repeat(1_000_000, '{}'))],
  ['the helper remembers a million tenants that are numbers', remembers(() => repeat(1_000_000, '7'))],
  [
    'the helper remembers more tenants than there are ports',
    remembers(() => soundRecords({ tenants: 100_000, entries: 0 })),
  ],
  [
    'the helper remembers as many tenants as are read',
    remembers(() => soundRecords({ tenants: 32_768, entries: 0 })),
  ],
  [
    'the helper remembers a thousand tenants of a thousand entries',
    remembers(() => soundRecords({ tenants: 1_000, entries: 1_000 })),
  ],
  [
    'the helper remembers as many entries as are read',
    remembers(() => soundRecords({ tenants: 250, entries: 1_000 })),
  ],
  [
    'the helper remembers a tenant that is nothing but brackets',
    remembers(() => `"a":{"name":[${'[],'.repeat(1_300_000)}[]]}`),
  ],
  [
    'the helper remembers tenants that are as long as any',
    remembers(() => repeat(15, `{"name":[${'"a",'.repeat(1_000_000)}""]}`)),
  ],
]
