import { z } from 'zod'
import { listOf, tableOf } from '../foreign-list.ts'
import { mark, words } from '../foreign-text.ts'
import { heldRecords } from './held-record.ts'
import { kernel } from './observed-kernel.ts'
import { count, cutSockets, range, sentences } from './reply-parts.ts'
import type { HelperOp } from './requests.ts'

const state = z.object({
  revision: count,
  hostId: mark,
  range,
  supernet: mark,
  reservedMb: count,
  operators: listOf(words),
  tenants: heldRecords,
  released: listOf(z.object({ port: count, at: mark, tenantId: mark })),
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
    /** Containers can start from the files that it writes; false from a helper that writes none. */
    startFiles: z.boolean().default(false),
  }),
  observe: z.object({
    condition: stateCondition,
    state: state.nullable(),
    kernel,
    /** The users whom sudo lets run the helper; `uid` is null where the rule names a login. null: a helper before 1.3.0. */
    rules: listOf(z.object({ name: z.string().max(32), uid: count.nullable() }), 10_000)
      .nullable()
      .default(null),
    /**
     * Whether sudo's noexec is kept from the helper by its rules: `exec`; `refused`, where visudo does not know the tag;
     * `plain`, which preparing mends. null: there are none, or a helper before 1.3.0.
     */
    ruleTags: z.enum(['exec', 'refused', 'plain']).nullable().default(null),
    /** Closings in the filter that could not be written down; `damaged`: it cannot be read, and nobody is let in. */
    unrecorded: z
      .object({ damaged: z.boolean(), tenants: closedCidrs })
      .default({ damaged: false, tenants: {} }),
    /** Folders and files of the helper's state that others than root can change. */
    openPaths: listOf(mark, 10).default([]),
    /** Why the state could not be written, in words. */
    unwritable: words.nullable().default(null),
    /** Files that are loaded at boot and name chains or sets of ours, each with the first such line; a whole look only. */
    saved: listOf(z.object({ path: mark, line: count }), 100).default([]),
  }),
  records: z.object({
    revision: count,
    history,
    /** The caller's knowledge is still true, and `tenants` is empty for that. */
    unchanged: z.boolean().default(false),
    /**
     * Whether the state came from what was known; false: the host has another history, as after it was put back. null:
     * nothing was named, more than 4,096 changes ago, or a helper before 1.3.0.
     */
    isAncestor: z.boolean().nullable().default(null),
    tenants: heldRecords,
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
    /** The record as it is then. */
    open: z.boolean(),
    allow: listOf(z.object({ cidr: mark, label: words })),
    /** Cidrs, and `*` for the tenant's being open. */
    closed: listOf(mark),
    left: listOf(mark),
    cut: cutSockets,
    /** Why more is closed than was asked for; empty on a sound host. */
    problems: sentences,
  }),
  remove: z.object({
    ...{ ...change, absent: z.boolean(), revision: count },
    /** Null where the port is free at once, and from a helper that does not tell. */
    releasedAt: mark.nullable().default(null),
  }),
  restore: z.object({
    changed: sentences,
    /** Entries that the kernel had without a record; none from an earlier 1.3.0, which does not tell. */
    removed: listOf(z.object({ cidr: z.union([z.cidrv4(), z.cidrv6()]), port: count }), 1_000).default([]),
    problems: sentences,
  }),
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
    /** Only with `deep`: what Docker wrote into the firewall and is gone; null where it cannot be read. */
    goneOfDocker: z
      .array(z.enum(['nat DOCKER', 'nat PREROUTING', 'filter DOCKER', 'filter FORWARD']))
      .max(4)
      .nullable()
      .default(null),
    /**
     * Only with `docker`: ports of tenants whose containers run and that Docker's own rules lead to another address, or
     * nowhere (`to` is null then); null where it cannot be said.
     */
    astray: listOf(z.object({ port: count, to: z.ipv4().nullable() }))
      .nullable()
      .default(null),
    /** Only with `input`, a family each; null where it cannot be read. */
    input: z
      .array(
        z.object({
          family: z.union([z.literal(4), z.literal(6)]),
          verdict: z.enum(['open', 'closed', 'unclear']),
          by: z.enum(['ufw', 'firewalld', 'iptables', 'nftables']),
          /** With its family before it, where it is one of nftables itself: `inet filter`. */
          table: z.string().max(300),
          chain: z.string().max(255),
        }),
      )
      .max(2)
      .nullable()
      .default(null),
  }),
  clients: z.object({
    /** Tenants whose container runs. */
    clients: listOf(
      z.object({
        tenantId: mark,
        held: count,
        /** Connections that the kernel has taken and memcached has not. */
        waiting: count,
        /** Only with `idle`; null where there is none, or it could not be seen. */
        longestIdle: z
          .object({ address: z.union([z.ipv4(), z.ipv6()]), port: count.max(65_535), seconds: count })
          .nullable()
          .default(null),
      }),
    ),
  }),
  /** `closed`: false where it was not there any more. */
  disconnect: z.object({ closed: z.boolean() }),
} as const satisfies Record<HelperOp, z.ZodType>

/** The answer to a request of this kind when it is not refused. */
export type HelperReply<Op extends HelperOp> = z.infer<(typeof replySchemas)[Op]>

/** A reply that says no: a code for programs, a sentence, and details that depend on the code. */
export const refusalSchema = z.object({
  ok: z.literal(false),
  code: mark,
  message: words,
  details: z.record(z.string(), z.unknown()),
})

export type Refusal = z.infer<typeof refusalSchema>
