import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/**
 * The grammar of docs/helper-protocol.md once more, made without the helper's code: what the helper takes for a request
 * has to be one here too.
 */

const whole = (least: number, most: number) => z.int().min(least).max(most)

/** Counted in characters, as the helper does, and not in UTF-16 units. */
const text = (least: number, most: number, forbidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u) =>
  z.string().refine((value) => {
    const { length } = [...value]
    return length >= least && length <= most && !forbidden.test(value)
  })

const isCanonical = (value: string): boolean => {
  if (!/^[0-9a-f:.]+\/(?:0|[1-9]\d{0,2})$/.test(value) || !ipaddr.isValidCIDR(value)) return false
  const [address, length] = ipaddr.parseCIDR(value)
  if (address instanceof ipaddr.IPv6) {
    const network = ipaddr.IPv6.networkAddressFromCIDR(value).toRFC5952String()
    const mapped = address.isIPv4MappedAddress() && length >= 96
    return !mapped && value === `${network}/${length}`
  }
  return value === `${ipaddr.IPv4.networkAddressFromCIDR(value).toString()}/${length}`
}

/** An address of a client, as the helper writes it. */
const isCanonicalAddress = (value: string): boolean =>
  isCanonical(`${value}/${value.includes(':') ? 128 : 32}`)

const cidr = z.string().refine(isCanonical)
const supernet = cidr.refine((value) => {
  if (value.includes(':')) return false
  const [address, length] = ipaddr.parseCIDR(value)
  const least = { '10': 8, '172': 12, '192': 16 }[value.split('.')[0] ?? ''] ?? 33
  return address.range() === 'private' && length >= least && length <= 22
})

const tenantId = z.string().regex(/^[a-z0-9]{8,20}$/)
const operationId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/)
const recorded = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/)
const operator = recorded.refine((name) => !/^[A-Z][A-Z0-9_]*$/.test(name))
const time = z.iso.datetime().regex(/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/)
const revision = whole(0, 2 ** 53 - 1)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const port = whole(1024, 65_535)
const megabytes = whole(1, 2 ** 31 - 1)

const wanted = {
  id: tenantId,
  name: text(1, 64),
  memoryMb: megabytes,
  maxConnections: whole(1, 2 ** 20),
  limitMb: megabytes,
  notes: text(0, 2000, /[^\P{Cc}\n\t]|[\p{Cs}\p{Zl}\p{Zp}]/u),
  createdAt: time,
  tags: z.array(text(1, 32)).max(20).default([]),
}
const placed = {
  ...wanted,
  port,
  network: whole(1, 2 ** 14),
  open: z.boolean(),
  allow: z
    .array(z.strictObject({ cidr, label: text(0, 200) }))
    .max(1000)
    .refine((list) => new Set(list.map((entry) => entry.cidr)).size === list.length),
}

const request = <Op extends string, Shape extends z.ZodRawShape>(op: Op, shape: Shape) =>
  z.strictObject({ v: z.literal(1), op: z.literal(op), ...shape })

const ofTenant = { tenantId: tenantId.nullable().default(null) }
const portFate = z.enum(['keep-back', 'free']).default('keep-back')
const end = { from: whole(0, 65_535), to: whole(0, 65_535) }

export const requestGrammar = z.discriminatedUnion('op', [
  request('hello', { operator: operator.nullable().default(null) }),
  request('observe', { brief: z.boolean().default(false) }),
  request('records', {
    ...ofTenant,
    known: z.strictObject({ revision, history: digest }).nullable().default(null),
  }),
  request('configure', {
    operationId,
    ifRevision: revision.nullable(),
    range: z.strictObject(end),
    supernet,
    reservedMb: whole(0, 2 ** 31 - 1),
    operator,
    renew: z.boolean().default(false),
    released: z
      .array(z.strictObject({ port, at: time, tenantId }))
      .max(8192)
      .nullable()
      .default(null),
  }),
  request('dismiss', { operationId, operator: recorded }),
  request('reserve', {
    operationId,
    tenant: z.strictObject(wanted),
    port: port.nullable(),
    freeAfterDays: whole(0, 365).default(30),
  }),
  request('put', { operationId, ifRevision: revision, tenant: z.strictObject(placed), port: portFate }),
  request('remove', {
    operationId,
    ifRevision: revision.nullable(),
    tenantId,
    port: portFate,
  }),
  request('close', {
    operationId,
    tenantId,
    cidrs: z.array(cidr).max(1000).nullable(),
    asOf: revision.nullable(),
    filterOnly: z.boolean().default(false),
  }),
  request('restore', {}),
  request('teardown', {}),
  request('denied', ofTenant),
  request('listeners', {
    deep: z.boolean().default(false),
    docker: z.boolean().default(false),
    input: z.boolean().default(false),
  }),
  request('clients', { tenantIds: z.array(tenantId).max(50), idle: z.boolean().default(false) }),
  request('disconnect', { tenantId, address: z.string().refine(isCanonicalAddress), port: whole(1, 65_535) }),
])

export const operations = requestGrammar.options.map((option) => option.shape.op.value)
