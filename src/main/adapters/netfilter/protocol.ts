import { z } from 'zod'
import type { AllowEntry } from '../../../contract/allowlist.ts'
import type { PortRange } from '../../../domain/port-range.ts'
import { listOf, tableOf } from '../foreign-list.ts'
import { mark, words } from '../foreign-text.ts'

/** The protocol that this panel speaks; docs/helper-protocol.md describes it. */
export const protocolVersion = 1

/** What a tenant needs before it has a place. `limitMb` is the container's limit, so overhead included. */
interface WantedTenant {
  readonly id: string
  readonly name: string
  readonly memoryMb: number
  readonly maxConnections: number
  readonly limitMb: number
  readonly notes: string
  readonly tags: readonly string[]
  /** ISO 8601, UTC */
  readonly createdAt: string
}

/** The whole record of a tenant, except for the revision, which the helper counts. */
interface PlacedTenant extends WantedTenant {
  readonly port: number
  /** From 1: network N has the N-th /22 of the supernet. */
  readonly network: number
  /** false: nobody gets in, whatever the allowlist says. */
  readonly open: boolean
  readonly allow: readonly AllowEntry[]
}

/** A change that is asked for again with the same id and content gets the first reply, marked `replayed`. */
interface Change {
  readonly operationId: string
}

/** Where the history of a host's state was: a revision and the digest that is chained over all changes up to it. */
export interface KnownHistory {
  readonly revision: number
  /** SHA-256, 64 hexadecimal digits */
  readonly history: string
}

/** Everything that can be asked of the helper. */
export type HelperRequest =
  | { readonly op: 'hello'; readonly operator?: string }
  | { readonly op: 'observe' }
  /** What the host remembers, without a look at the kernel; of one tenant or of all. */
  | {
      readonly op: 'records'
      readonly tenantId?: string | null
      /** The last pair that the caller confirmed: when it is still so, no tenant comes back. From helper 1.3.0. */
      readonly known?: KnownHistory | null
    }
  | (Change & {
      readonly op: 'configure'
      readonly ifRevision: number | null
      readonly range: PortRange
      readonly supernet: string
      readonly reservedMb: number
      readonly operator: string
      /** Damaged records are kept under other names, and new ones begun. From helper 1.3.0. */
      readonly renew?: boolean
    })
  | (Change & {
      readonly op: 'reserve'
      readonly tenant: WantedTenant
      /** null: the lowest that is free. */
      readonly port: number | null
      readonly freeAfterDays?: number
    })
  | (Change & {
      readonly op: 'put'
      readonly ifRevision: number
      readonly tenant: PlacedTenant
      /** What becomes of a port that it leaves; `keep-back` unless given. From helper 1.2.0. */
      readonly port?: 'keep-back' | 'free'
    })
  | (Change & {
      readonly op: 'remove'
      /** null: whatever it is. */
      readonly ifRevision: number | null
      readonly tenantId: string
      /** `free`: the port was never in use, so it need not rest. `keep-back` unless given. */
      readonly port?: 'keep-back' | 'free'
    })
  /** Takes access away, from what the host has, whatever the caller knows of it. From helper 1.3.0. */
  | (Change & {
      readonly op: 'close'
      readonly tenantId: string
      /** null: the whole tenant is suspended. */
      readonly cidrs: readonly string[] | null
      /** The tenant's revision that the caller knew; what was written later is left. null: nothing is. */
      readonly asOf: number | null
    })
  | { readonly op: 'restore' }
  | { readonly op: 'teardown' }
  | { readonly op: 'denied'; readonly tenantId?: string | null }
  /** Who listens on the tenants' ports; `deep`: and what else leads to them. From helper 1.3.0. */
  | { readonly op: 'listeners'; readonly deep?: boolean }

/** Each has a port of its own. */
export const mostTenants = 65_535

const count = z.int().nonnegative()
const range = z.object({ from: count, to: count })
/** A time in UTC, with any number of digits behind the second; the store has three of them. */
const moment = z.iso.datetime().transform((text) => new Date(text).toISOString())
/** Sentences of the helper about itself; more than a person reads are not kept. */
const sentences = listOf(words).transform((all) => all.slice(0, 100))
const cutSockets = listOf(z.object({ address: mark, sockets: count }))

/** A tenant as the helper remembers it. Its texts are an operator's own, and pass the parsers of those where they are taken in. */
const wholeRecord = z.object({
  id: z.string(),
  name: z.string(),
  port: count,
  network: count,
  memoryMb: count,
  maxConnections: count,
  limitMb: count,
  open: z.boolean(),
  allow: listOf(z.object({ cidr: z.string(), label: z.string() })),
  notes: z.string(),
  tags: listOf(z.string()).default([]),
  createdAt: moment,
  revision: count,
})

/** `unread`: the part of it that is nothing a helper would say. What is in its place then is not so. */
type HeldRecord = z.output<typeof wholeRecord> & { unread?: string | undefined }

/** A record that cannot be read costs nothing but itself: it is there all the same, and everything else of the look counts. */
export function parseHeldRecord(held: unknown): HeldRecord {
  const parsed = wholeRecord.safeParse(held)
  return parsed.success ? parsed.data : readParts(held, String(parsed.error.issues[0]?.path[0] ?? 'id'))
}

const tenantRecord = z.unknown().transform(parseHeldRecord)

/** As much as can be read; in place of the rest what never counts as older, closed or deleted. */
function readParts(held: unknown, unread: string): HeldRecord {
  const parts = new Map(Object.entries(typeof held === 'object' && held !== null ? held : {}))
  const { shape } = wholeRecord
  return {
    id: shape.id.catch('').parse(parts.get('id')),
    name: shape.name.catch('').parse(parts.get('name')),
    port: shape.port.catch(0).parse(parts.get('port')),
    network: shape.network.catch(0).parse(parts.get('network')),
    memoryMb: shape.memoryMb.catch(0).parse(parts.get('memoryMb')),
    maxConnections: shape.maxConnections.catch(0).parse(parts.get('maxConnections')),
    limitMb: shape.limitMb.catch(0).parse(parts.get('limitMb')),
    open: shape.open.catch(true).parse(parts.get('open')),
    allow: shape.allow.catch([]).parse(parts.get('allow')),
    notes: shape.notes.catch('').parse(parts.get('notes')),
    tags: shape.tags.catch([]).parse(parts.get('tags')),
    createdAt: shape.createdAt.catch(new Date(0).toISOString()).parse(parts.get('createdAt')),
    revision: shape.revision.catch(Number.MAX_SAFE_INTEGER).parse(parts.get('revision')),
    unread,
  }
}

const state = z.object({
  revision: count,
  hostId: mark,
  range,
  supernet: mark,
  reservedMb: count,
  operators: listOf(words),
  tenants: tableOf(tenantRecord, mostTenants),
  released: listOf(z.object({ port: count, at: mark, tenantId: mark })),
})

/** `cidr` is null for a port of the set that only decides whether denied sources are recorded. */
const driftEntry = z.object({ cidr: mark.nullable(), port: count })

const kernel = z.object({
  backend: z.enum(['nft', 'legacy']).nullable(),
  otherBackendRules: count,
  base: listOf(
    z.object({
      family: z.union([z.literal(4), z.literal(6)]),
      present: z.boolean(),
      /** The jumps are the first rules of PREROUTING. */
      first: z.boolean(),
      /** The range is closed to everybody without an entry. */
      closed: z.boolean(),
      /** Every rule is there as it should be. */
      complete: z.boolean(),
    }),
  ),
  sets: listOf(z.object({ name: mark, present: z.boolean(), entries: count })),
  drift: z.object({
    missing: listOf(driftEntry, 1_000),
    surplus: listOf(driftEntry, 1_000),
    missingCount: count,
    surplusCount: count,
  }),
  problems: sentences,
  bridgeCallsIptables: z.boolean(),
  /** Interfaces named mh…; null from a helper before 1.3.0. */
  bridges: listOf(
    z.object({
      name: mark.max(15),
      /** It is the bridge of a tenant network. */
      ours: z.boolean(),
      /** Frames between its ports pass the filter, whatever the system's own setting is. */
      callsFilter: z.boolean(),
    }),
  )
    .nullable()
    .default(null),
  /** Ports outside the range that an earlier one closed. */
  earlierRanges: listOf(range, 1_000).default([]),
  /** Ports outside the range that are closed because containers of tenant networks are published there. */
  strayPorts: listOf(count, 1_000).default([]),
  ephemeral: range,
})

/** A digest; null from a helper before 1.3.0 or without a usable state. */
const history = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .nullable()
  .default(null)

/** The table of a chain of nftables. */
const nftTable = z.object({ family: z.enum(['ip', 'ip6', 'inet']), table: z.string().max(255) })

const change = { replayed: z.boolean().default(false) }

/** `damaged` and `newer`: the state file cannot be used; the range is closed all the same. */
const stateCondition = z.enum(['ok', 'absent', 'damaged', 'newer'])

/** Cidrs, and `*` for a tenant's being open, by tenant id. Those of a tenant are as many as an allowlist has, and one. */
const closedCidrs = tableOf(listOf(mark, 2_001), 1_000)

/** One schema a reply. Keys that a later helper of the same protocol may add are dropped. */
export const replySchemas = {
  hello: z.object({
    version: mark,
    protocol: count,
    sha256: mark,
    memTotalMb: count,
    configured: z.boolean(),
    state: stateCondition,
    hostId: mark.nullable(),
    revision: count.nullable(),
    history,
    range: range.nullable(),
    supernet: mark.nullable(),
    reservedMb: count.nullable(),
    operatorKnown: z.boolean(),
  }),
  observe: z.object({
    condition: stateCondition,
    state: state.nullable(),
    kernel,
    /** Who sudo lets run the helper; `uid` is null where the rule names a login. null: a helper before 1.3.0. */
    rules: listOf(z.object({ name: z.string().max(32), uid: count.nullable() }), 10_000)
      .nullable()
      .default(null),
    /** What was closed in the filter and could not be written down; `damaged`: it cannot be read, and nobody is let in. */
    unrecorded: z
      .object({ damaged: z.boolean(), tenants: closedCidrs })
      .default({ damaged: false, tenants: {} }),
    /** Folders and files of the helper's state that others than root can change. */
    openPaths: listOf(mark, 10).default([]),
    /** Why the state could not be written, in words. */
    unwritable: words.nullable().default(null),
  }),
  records: z.object({
    revision: count,
    history,
    /** What was known is still so, and `tenants` is empty for that. */
    unchanged: z.boolean().default(false),
    /**
     * Whether the state came from what was known; false: the host has another history, as after it was put back. null:
     * nothing was named, more than 4,096 changes ago, or a helper before 1.3.0.
     */
    isAncestor: z.boolean().nullable().default(null),
    tenants: tableOf(tenantRecord, mostTenants),
    /** As `observe` has it; of all tenants. */
    unrecorded: closedCidrs.default({}),
  }),
  configure: z.object({ ...change, hostId: mark, revision: count }),
  reserve: z.object({
    ...change,
    port: count,
    network: count,
    subnet: mark,
    revision: count,
    /** The tenant had this place already. */
    existed: z.boolean(),
  }),
  put: z.object({
    ...change,
    revision: count,
    entries: count,
    cut: cutSockets,
  }),
  close: z.object({
    ...change,
    /** No tenant of this id: nothing was open. */
    absent: z.boolean(),
    /** The revision of the tenant's record before; 0 when it is absent. */
    was: count,
    /** Of the tenant's record; of the whole state when it is absent. */
    revision: count,
    /** What is left of the record. */
    open: z.boolean(),
    allow: listOf(z.object({ cidr: mark, label: words })),
    /** Cidrs, and `*` for the tenant's being open. */
    closed: listOf(mark),
    left: listOf(mark),
    cut: cutSockets,
    /** Why more is closed than was asked for; empty on a sound host. */
    problems: sentences,
  }),
  remove: z.object({ ...change, absent: z.boolean(), revision: count }),
  restore: z.object({ changed: sentences, problems: sentences }),
  teardown: z.object({}),
  denied: z.object({
    sources: listOf(z.object({ address: mark, port: count, packets: count, bytes: count, firstSeen: mark })),
    total: count,
  }),
  listeners: z.object({
    /** The host has IPv6, so that Docker can listen on `::`. */
    ipv6: z.boolean(),
    /** Ports of tenants on which not exactly the host's wildcards listen, and what does: at most 8 addresses each. */
    unusual: listOf(z.object({ port: count, addresses: listOf(z.union([z.ipv4(), z.ipv6()]), 8) }), 65_536),
    /** Only with `deep`: listeners in the port range that are not Docker's on behalf of a tenant. */
    programs: listOf(
      z.object({
        address: z.union([z.ipv4(), z.ipv6()]),
        port: count,
        pid: count.nullable(),
        program: z.string().max(100).nullable(),
      }),
    ),
    /** Only with `deep`: rules of the nat table that lead to tenants and are not Docker's. */
    translations: listOf(
      z.object({ family: z.union([z.literal(4), z.literal(6)]), rule: z.string().max(500) }),
    ),
    /** Only with `deep`: chains of nftables itself; null where nft does not say. */
    nftables: z
      .object({
        leading: listOf(nftTable.extend({ chain: z.string().max(255) })),
        unclear: listOf(nftTable.extend({ chain: z.string().max(255).nullable() })),
      })
      .nullable(),
  }),
} as const satisfies Record<HelperRequest['op'], z.ZodType>

export type HelperOp = HelperRequest['op']

const [kib, mib] = [1_024, 1_048_576]

/**
 * The longest reply to each request, in bytes. With a tenant's whole allowlist it is a few hundred KiB, with a thousand
 * sources or closed addresses about as much. Only two have all tenants: 10,000 with four entries each are 6 MB.
 */
const longestReplies: Readonly<Record<HelperOp, number>> = {
  hello: 64 * kib,
  observe: 64 * mib,
  records: 64 * mib,
  configure: mib,
  reserve: mib,
  put: mib,
  remove: mib,
  close: mib,
  restore: mib,
  teardown: mib,
  denied: mib,
  // Of all tenants, where not exactly the usual addresses are listened on: some ten bytes each, or one of a few hundred.
  listeners: 8 * mib,
}

/** In bytes; a reply that is longer is none. `records` of one tenant still has the closings of all. */
export const longestReplyTo = (request: HelperRequest): number =>
  request.op === 'records' && typeof request.tenantId === 'string' ? 8 * mib : longestReplies[request.op]

/** What a request of this kind is answered with when it is not refused. */
export type HelperReply<Op extends HelperOp> = z.infer<(typeof replySchemas)[Op]>

/** A reply that says no: a code for programs, a sentence, and details that depend on the code. */
export const refusalSchema = z.object({
  ok: z.literal(false),
  code: mark,
  message: words,
  details: z.record(z.string(), z.unknown()),
})

export type Refusal = z.infer<typeof refusalSchema>
