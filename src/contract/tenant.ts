import { eventIterator, type } from '@orpc/contract'
import { z } from 'zod'
import {
  allowEntrySchema,
  allowInputSchema,
  allowNoteSchema,
  mostAllowEntries,
  staysInsideSchema,
  widthConfirmedSchema,
} from './allowlist.ts'
import { filterFaultSchema } from './filter-fault.ts'
import { procedure } from './procedure.ts'
import { progressSchema } from './progress.ts'
import { tenantFaultSchema } from './tenant-fault.ts'
import { tenantHealthSchema } from './tenant-health.ts'

export const tenantStateSchema = z.enum([
  'creating',
  'running',
  'suspended',
  'stopped',
  'failed',
  'deleting',
  'unknown',
])

/** Access that was taken away and of which the host has not confirmed yet that it is closed. */
export const pendingClosingSchema = z.object({
  kind: z.enum(['revoke', 'suspend', 'delete']),
  /** The revoked entries; empty for the other kinds. */
  cidrs: z.array(z.string()),
  since: z.string(),
  /** Why it is not closed yet, in a sentence; empty while it is being done. */
  why: z.string(),
  /** Its host's filter lets nobody in by it any more, and only the host's records have it still: a boot may open it. */
  closed: z.boolean(),
})

/** A tenant as it is now: what was asked for, and beside it what its host was seen to have. */
export const tenantSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  /** The public port; null until the host has reserved one. */
  port: z.number().int().nullable(),
  /** Addresses that the tenant's programs connect to: IPv4, IPv6 and DNS name, as far as there are. */
  addresses: z.array(z.string()),
  /** Which family is not among them because its host's own firewall drops such clients, in sentences; absent where none is. */
  leftOut: z.string().optional(),
  state: tenantStateSchema,
  /** Nobody is to get in until it is resumed, whatever its state; `pending` tells where its host has not closed it yet. */
  suspended: z.boolean(),
  /** How its cache is, by the last looks at it. */
  health: tenantHealthSchema,
  /** Why the state is what it is, and each thing that is wrong beside it, a line each; empty when it needs no word. */
  why: z.string(),
  /** Its faults beside its state; `why` has them in words. */
  faults: z.array(tenantFaultSchema),
  /** The end behind the fault `cache-lost`; null, as `outOfMemory` and `status`, where there is none or nobody can tell. */
  lastLoss: z
    .object({
      at: z.string(),
      status: z.number().int().nullable(),
      outOfMemory: z.boolean().nullable(),
      /** It ended with its Docker, or with its host. */
      withDocker: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  /**
   * Set for what is left of a tenant that was not created, or not deleted to the end. This panel puts that right by
   * itself as soon as the host answers, and nothing else can be done with it.
   */
  leftover: z.enum(['not-created', 'not-deleted']).nullable(),
  /** Memory for items, in MB of 2^20 bytes (memcached's `-m`). */
  memoryMb: z.number().int(),
  /** Connections that its clients may hold. */
  maxConnections: z.number().int(),
  /**
   * As many of them as its memcached has for clients: fewer where an earlier version made its container, until that is
   * made anew.
   */
  usableConnections: z.number().int(),
  allow: z.array(allowEntrySchema),
  /** True when the allowlist, all entries together, lets in the whole IPv4 or IPv6 internet. */
  openToAnyone: z.boolean(),
  /** Empty when everything that was taken away is closed for certain. */
  pending: z.array(pendingClosingSchema),
  notes: z.string(),
  tags: z.array(z.string()),
  createdAt: z.string(),
})

/** A tenant's cache as memcached described it a moment ago. */
export const tenantFiguresSchema = z.object({
  id: z.string(),
  observedAt: z.string(),
  /** Bytes that items use, and may use. */
  usedBytes: z.number(),
  limitBytes: z.number(),
  items: z.number().int(),
  /** Open ones of others: without the one that asked. */
  connections: z.number().int(),
  getHits: z.number().int(),
  getMisses: z.number().int(),
  /** Items dropped to make room. */
  evictions: z.number().int(),
  uptimeSeconds: z.number().int(),
  /** memcached's own, such as `1.6.18`. */
  version: z.string(),
})

/**
 * A tenant as it is answered: with what its memcached said of itself for this answer, or null where that was not asked, or
 * did not answer in time.
 */
const answeredTenantSchema = tenantSchema.extend({
  metrics: tenantFiguresSchema.omit({ id: true }).nullable(),
})

/** A tenant of a list, with what is wrong with the filter of its host; null where nothing is, or its host was not seen. */
export const listedTenantSchema = answeredTenantSchema.extend({
  filterFault: filterFaultSchema.nullable(),
  /** Why its host could not be looked at, in a sentence; null where it was. */
  unseen: z.string().nullable(),
})

/** How to use the cache from one language: complete, runnable text. */
export const exampleSchema = z.object({ language: z.string(), library: z.string(), code: z.string() })

/** Figures of those that answered, and by id those that were asked and did not; who could not be asked is in neither. */
export const figuresAnswerSchema = z.object({
  figures: z.array(tenantFiguresSchema),
  silent: z.array(z.string()),
  /** Connections that clients of silent ones hold, by id, as far as their hosts could count them. */
  held: z.record(z.string(), z.number().int()),
})

/** The effect that allowing a typed or pasted list of addresses would have. */
export const allowPreviewSchema = z.object({
  entries: z.array(
    allowEntrySchema.extend({
      /** Where it stands in the text, from 1. */
      line: z.number().int(),
      /** How many addresses it covers, as a decimal number; it can be 2^128. */
      addresses: z.string(),
      /** In a sentence, when it changes nothing or less than it seems: it is on the list, or a wider entry covers it. */
      note: z.string(),
      /** In a sentence, why nobody comes from there over the internet; empty where somebody can. */
      special: z.string(),
    }),
  ),
  /** Entries that are no address or do not fit on the list: the line from 1, the text, the reason and the advice. */
  problems: z.array(z.object({ line: z.number().int(), given: z.string(), sentence: z.string() })),
  /** How many entries of the text are not among `entries`: one problem can be that of many. */
  leftOut: z.number().int(),
  /** It would let in the whole IPv4 or IPv6 internet, together with what is on the list. */
  opensToAnyone: z.boolean(),
  /** In a sentence, how much the list would cover, where that has to be confirmed; else empty. */
  widens: z.string(),
})

/**
 * A tenant by its name. A shell that shows tenants gives the id, too: another tenant may have got that name since, and
 * is not taken for the one that was shown.
 */
const named = z.object({ name: z.string().max(400), id: z.string().max(64).optional() })
/** `mayAsk`: the caller can answer PASSPHRASE_NEEDED. If not, tenants of a host that needs one are shown as unknown. */
const asking = z.object({ mayAsk: z.boolean().optional() })

/** For what loses data: refused with CONFIRMATION_NEEDED until it is confirmed. */
const losing = named.extend({ confirmed: z.boolean() })

/** The output of a tenant's container, and its last end. */
const tenantLogSchema = z.object({
  text: z.string(),
  /** How often Docker started it again by itself. */
  restarts: z.number().int(),
  lastExit: z
    .object({
      /** Null, as `outOfMemory`, where Docker started it again since and does not tell any more. */
      status: z.number().int().nullable(),
      outOfMemory: z.boolean().nullable(),
      /** Docker itself was stopped or killed, and has started it again. */
      withDocker: z.boolean(),
      at: z.string(),
      error: z.string(),
    })
    .nullable(),
})

/** An allowlist change, and which live connections it ended. */
const allowlistChangeSchema = z.object({
  tenant: answeredTenantSchema,
  changed: z.array(allowEntrySchema),
  /** Of what was added. */
  allowNotes: z.array(allowNoteSchema),
  /** Of what was revoked: the entries that no record had, and that the host's filter let in all the same. */
  strays: z.array(z.string()),
  /** Of what was revoked. */
  staysInside: staysInsideSchema,
  cut: z.array(z.object({ address: z.string(), sockets: z.number().int() })),
})

/** A tenant that was made, and what is worth knowing of its allowlist. */
const createdTenantSchema = answeredTenantSchema.extend({ allowNotes: z.array(allowNoteSchema) })

/** A tenant that was deleted and is there again. */
const restoredTenantSchema = createdTenantSchema.extend({
  /** Why it came back suspended, in a sentence; empty where it is as it was. */
  closedWhy: z.string(),
})

export const tenantContract = {
  create: procedure
    .input(
      z.object({
        name: z.string().max(400),
        host: z.string().optional(),
        memoryMb: z.number().optional(),
        maxConnections: z.number().optional(),
        allow: z.array(allowInputSchema).max(mostAllowEntries).optional(),
        confirmed: widthConfirmedSchema.optional(),
        notes: z.string().max(2000).optional(),
        tags: z.array(z.string().max(100)).max(20).optional(),
      }),
    )
    .output(eventIterator(progressSchema, createdTenantSchema)),
  /** The given names that tenants have; hosts are asked only for names that the store does not know. */
  findNames: procedure
    .input(z.object({ names: z.array(z.string().max(400)).max(20_000) }))
    .output(z.array(z.string())),
  /** Ids of the hosts of tenants with these names, in their order; null: the store knows none. No host is asked. */
  findHosts: procedure
    .input(z.object({ names: z.array(z.string().max(400)).max(20_000) }))
    .output(z.array(z.string().nullable())),
  /**
   * `isQuick`: caches are not asked, for whoever wants to know only who is there. What comes out is made here alone and not
   * copied by a schema: of 10,000 tenants that took a quarter of the whole list.
   */
  list: procedure
    .input(
      asking.extend({
        ...{ host: z.string().optional(), health: tenantHealthSchema.optional() },
        isQuick: z.boolean().optional(),
      }),
    )
    .output(type<ListedTenant[]>()),
  show: procedure.input(named.extend(asking.shape)).output(
    listedTenantSchema.extend({
      examples: z.array(exampleSchema),
      /** A text that the tenant can be given: how to connect, from where, and from which language how. */
      handOver: z.object({ markdown: z.string(), plain: z.string() }),
      /** Whether `upgrade` would change anything, and that in a sentence; empty for a host that is not reached. */
      upgrade: z.object({ available: z.boolean(), sentence: z.string() }),
    }),
  ),
  /** Of up to 200 tenants by id; asked side by side, each for 2 s at most. */
  figures: procedure
    .input(z.object({ ids: z.array(z.string().max(64)).max(200) }))
    .output(figuresAnswerSchema),
  /** Reads pasted text: an address or range a line (or by commas and spaces), a label after `=` or `#`. */
  previewAllow: procedure
    .input(z.object({ name: z.string().max(400).optional(), text: z.string().max(200_000) }))
    .output(allowPreviewSchema),
  allow: procedure
    .input(
      named.extend({
        entries: z.array(allowInputSchema).min(1).max(mostAllowEntries),
        confirmed: widthConfirmedSchema.optional(),
      }),
    )
    .output(allowlistChangeSchema),
  revoke: procedure
    .input(named.extend({ cidrs: z.array(z.string().max(100)).min(1).max(mostAllowEntries) }))
    .output(allowlistChangeSchema),
  suspend: procedure.input(named).output(answeredTenantSchema),
  resume: procedure.input(named).output(answeredTenantSchema),
  rename: procedure.input(named.extend({ newName: z.string().max(400) })).output(answeredTenantSchema),
  annotate: procedure
    .input(
      named.extend({
        notes: z.string().max(2000).optional(),
        tags: z.array(z.string().max(100)).max(20).optional(),
      }),
    )
    .output(answeredTenantSchema),
  restart: procedure.input(losing).output(eventIterator(progressSchema, answeredTenantSchema)),
  flush: procedure.input(losing).output(answeredTenantSchema),
  /** Closes a connection of a client: `203.0.113.9:51514`, `[2001:db8::9]:51514`, its own address and port. */
  disconnect: procedure.input(named.extend({ client: z.string().max(100) })).output(answeredTenantSchema),
  /** Live; growing keeps all data, shrinking what fits. */
  resize: procedure.input(losing.extend({ memoryMb: z.number() })).output(
    eventIterator(
      progressSchema,
      z.object({
        tenant: answeredTenantSchema,
        /** Items in the cache; null when memcached did not say. */
        itemsBefore: z.number().int().nullable(),
        itemsAfter: z.number().int().nullable(),
      }),
    ),
  ),
  limit: procedure
    .input(losing.extend({ maxConnections: z.number() }))
    .output(eventIterator(progressSchema, answeredTenantSchema)),
  move: procedure
    .input(losing.extend({ port: z.number() }))
    .output(eventIterator(progressSchema, answeredTenantSchema)),
  upgrade: procedure.input(losing).output(eventIterator(progressSchema, answeredTenantSchema)),
  logs: procedure
    .input(named.extend({ lines: z.number().int().min(1).max(10_000).optional() }))
    .output(tenantLogSchema),
  delete: procedure.input(losing).output(eventIterator(progressSchema, answeredTenantSchema)),
  /** Puts a deleted tenant back: the one with the id, else the last that had the name. */
  restore: procedure.input(named).output(eventIterator(progressSchema, restoredTenantSchema)),
}

export type Tenant = z.infer<typeof tenantSchema>
export type AnsweredTenant = z.infer<typeof answeredTenantSchema>
export type ListedTenant = z.infer<typeof listedTenantSchema>
export type CreatedTenant = z.infer<typeof createdTenantSchema>
export type RestoredTenant = z.infer<typeof restoredTenantSchema>
export type TenantState = z.infer<typeof tenantStateSchema>
export type Example = z.infer<typeof exampleSchema>
export type TenantLog = z.infer<typeof tenantLogSchema>
export type AllowlistChange = z.infer<typeof allowlistChangeSchema>
export type TenantFigures = z.infer<typeof tenantFiguresSchema>
export type FiguresAnswer = z.infer<typeof figuresAnswerSchema>
export type AllowPreview = z.infer<typeof allowPreviewSchema>
