import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { filterFaultSchema } from './filter-fault.ts'
import { procedure } from './procedure.ts'
import { progressSchema } from './progress.ts'
import { pendingClosingSchema } from './tenant.ts'

/** How a host is reached: over SSH (`address` may be a name of ~/.ssh/config), or by a Docker socket of this computer. */
export const hostTargetSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ssh'),
    address: z.string().max(255),
    user: z.string().max(64).optional(),
    port: z.number().int().min(1).max(65535).optional(),
    identityFile: z.string().max(4096).optional(),
  }),
  z.object({ kind: z.literal('socket'), path: z.string().max(4096) }),
])

/** A finding and its advice, in sentences; the advice is empty where there is nothing to do. */
const told = { sentence: z.string(), advice: z.string() }

export const hostSchema = z.object({
  id: z.string(),
  name: z.string(),
  target: hostTargetSchema,
  /** The public address as the operator gave it; null: the panel goes by the addresses that it observes. */
  publicAddress: z.string().nullable(),
  /** `filtered`: packets are filtered, ports are public. `loopback`: they cannot be, so tenants are local only. */
  mode: z.enum(['unknown', 'filtered', 'loopback']),
  modeReason: z.string(),
  portRange: z.object({ from: z.number().int(), to: z.number().int() }),
  tenants: z.number().int(),
  /** New tenants go here when no host is named. */
  isDefault: z.boolean(),
  createdAt: z.string(),
  /**
   * Set while the host has something else than this panel because its memory was put back to an older state: since
   * when that is known, and the names of the tenants concerned; `accepted`: because it is another server, accepted then. What this panel had closed there may still be open.
   */
  putBack: z.object({ since: z.string(), tenants: z.array(z.string()), accepted: z.boolean() }).nullable(),
  /**
   * Set while the host is not taken for the server that it was, so that nothing is taken in there: `replaced` by another
   * one, until that is accepted, or `twin` of another host, the same server or a copy. In sentences: what, and what to do.
   */
  server: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('replaced'), ...told }),
      // The name of the other host, and whether it is the very same server: false is a copy, null is not known.
      z.object({ kind: z.literal('twin'), other: z.string(), isSame: z.boolean().nullable(), ...told }),
    ])
    .nullable(),
})

/** A host in the list of all, with the access of its tenants that was taken away and is not closed for certain. */
export const listedHostSchema = hostSchema.extend({
  pending: z.array(pendingClosingSchema.extend({ tenant: z.string() })),
})

/** One line of a host check. `missing` can be put right by preparing the host; `bad` needs the operator. */
export const checkLineSchema = z.object({
  subject: z.string(),
  verdict: z.enum(['good', 'missing', 'bad', 'note']),
  sentence: z.string(),
  advice: z.string(),
})

/** A step of preparing a host (or of undoing it), and the sentence that says what it will do. */
export const prepareStepSchema = z.object({ kind: z.string(), sentence: z.string() })

export const preparePlanSchema = z.object({
  steps: z.array(prepareStepSchema),
  /** The state that the plan rests on; `prepare` refuses when the host has changed since. */
  fingerprint: z.string(),
  /** sudo will want a password for at least one step. */
  needsSudoPassword: z.boolean(),
  /**
   * Files that are loaded at boot and name chains or sets of the filter, each with the first such line, what that means
   * and how it is saved without them. Steps beside such files have to be confirmed.
   */
  saved: z.array(
    z.object({ path: z.string(), line: z.number().int(), sentence: z.string(), advice: z.string() }),
  ),
})

/** Whose state counts on a host that was put back: this panel's, or the host's own. */
export const recoverAsSchema = z.enum(['panel', 'host'])

/** A plan to bring both sides to the chosen state; without steps when nothing differs. */
export const recoverPlanSchema = z.object({
  steps: z.array(prepareStepSchema),
  /** The state that the plan rests on; `recover` refuses when store or host have changed since. */
  fingerprint: z.string(),
})

/** Ways to a first host that this computer knows of. */
export const hostOffersSchema = z.object({
  /** A Docker socket here that answers; null and why, if there is none. */
  thisComputer: z.object({ path: z.string() }).nullable(),
  whyNotThisComputer: z.string(),
  /** Names in the SSH configuration that stand for one server. */
  configured: z.array(
    z.object({ alias: z.string(), hostname: z.string(), user: z.string(), port: z.number().int() }),
  ),
  /** `here`: this panel can make one; `terminal`: only the operator can, and why; `none`: it needs Linux. */
  sandbox: z.enum(['here', 'terminal', 'none']),
  whyNotSandbox: z.string(),
})

/** Capacity, programs and link of a host, as observed just now. Figures that the host did not give are null. */
export const hostFactsSchema = z.object({
  observedAt: z.string(),
  /** In MB of 2^20 bytes. */
  memory: z.object({
    totalMb: z.number().nullable(),
    /** Promised to all tenants together, with the overhead of each. */
    promisedMb: z.number(),
    /** Still free to promise to tenants; a part of the total is never promised. */
    promisableMb: z.number().nullable(),
    /** In use now, by everything on that computer, and not in use. */
    usedMb: z.number().nullable(),
    freeMb: z.number().nullable(),
  }),
  ports: z.object({
    from: z.number().int(),
    to: z.number().int(),
    taken: z.number().int(),
    /** Freed lately and kept back. */
    keptBack: z.number().int(),
  }),
  /** Tenants whose container runs, and all others; null where Docker did not answer. */
  tenants: z.object({ running: z.number().int().nullable(), other: z.number().int().nullable() }),
  /** The system and programs of the host: `[{name: 'Docker', version: '20.10.24'}]`. */
  versions: z.array(z.object({ name: z.string(), version: z.string() })),
  /** How it is reached, in a sentence. */
  connection: z.string(),
})

/** The helper of a host, as it introduced itself just now. */
export const hostHelperSchema = z.object({
  host: z.string(),
  /**
   * `older`: preparing the host brings the one of this panel. `none`: the host is not prepared, or does without a filter.
   * `unknown`: it was not reached, or its helper did not answer; `why` says so in a sentence.
   */
  standing: z.enum(['current', 'older', 'newer', 'none', 'unknown']),
  version: z.string().nullable(),
  /** The version that this panel brings. */
  brings: z.string(),
  why: z.string(),
  /** Of the filter that the helper keeps there, as it was just seen; null: it has none, or was not reached. */
  filterFault: filterFaultSchema.nullable(),
})

/** One who may run the helper on a host. */
export const operatorSchema = z.object({
  name: z.string(),
  /**
   * `present`: an account that may use Docker. `no-account`, `no-docker`, `alias` (a name that sudo takes for an alias):
   * preparing the host takes the right away. `reused`: the rule goes by a uid that somebody else has now, and preparing
   * writes it again. `unclear`: the look-up failed, and the right stays.
   */
  standing: z.enum(['present', 'reused', 'alias', 'no-account', 'no-docker', 'unclear']),
  /** The same in words, a clause; empty when `present`. */
  why: z.string(),
  /** The user that the panel is logged in as. */
  isSelf: z.boolean(),
})

const named = z.object({ name: z.string().max(400) })
const prepareChoices = z.object({
  undo: z.boolean().optional(),
  /** Undoing goes on beside saved firewalls that name the filter, which then are not loaded at the next boot. */
  keepSaved: z.boolean().optional(),
  portRange: z.object({ from: z.number(), to: z.number() }).optional(),
  /** The network for the containers of tenants, `10.213.0.0/16`; it does not change while there are any. */
  supernet: z.string().max(50).optional(),
  /** A registry reference to pull by digest instead of the default one. */
  image: z.string().max(255).optional(),
  /** Without root: tenants are published on that computer only. */
  loopback: z.boolean().optional(),
})

export const hostContract = {
  add: procedure
    .input(
      z.object({
        name: z.string().max(400),
        target: hostTargetSchema,
        publicAddress: z.string().max(255).optional(),
        /** Fingerprints (`SHA256:…`) that the operator has compared and accepts: the host's, and those of jump hosts. */
        hostKeys: z.array(z.string().max(100)).max(10).optional(),
      }),
    )
    .output(z.object({ host: hostSchema, adopted: z.array(z.string()) })),
  list: procedure.output(z.array(listedHostSchema)),
  /** Of all hosts, asked side by side, each for 5 s at most. */
  helpers: procedure.output(z.array(hostHelperSchema)),
  check: procedure
    .input(named)
    .output(z.object({ host: hostSchema, ready: z.boolean(), lines: z.array(checkLineSchema) })),
  /** The same, each line as soon as it is known. */
  watchCheck: procedure
    .input(named)
    .output(eventIterator(checkLineSchema, z.object({ host: hostSchema, ready: z.boolean() }))),
  findOffers: procedure.output(hostOffersSchema),
  facts: procedure.input(named).output(hostFactsSchema),
  /** The operator's own address as that server sees it; null and why, where it cannot tell. */
  myAddress: procedure.input(named).output(z.object({ address: z.string().nullable(), reason: z.string() })),
  planPrepare: procedure.input(named.extend(prepareChoices.shape)).output(preparePlanSchema),
  prepare: procedure
    .input(
      named.extend(prepareChoices.shape).extend({
        fingerprint: z.string(),
        /** Undoing takes something away, so it has to be confirmed; so have steps beside saved firewalls that name the filter. */
        confirmed: z.boolean(),
        sudoPassword: z.string().max(1024).optional(),
      }),
    )
    .output(eventIterator(progressSchema, hostSchema)),
  operators: procedure.input(named).output(z.array(operatorSchema)),
  /** Takes the right to run the helper away from one; answers with that one, as before, and those who are left. */
  removeOperator: procedure
    .input(
      named.extend({
        user: z.string().max(64),
        /** To lose it oneself has to be confirmed. */
        confirmed: z.boolean(),
        sudoPassword: z.string().max(1024).optional(),
      }),
    )
    .output(z.object({ removed: operatorSchema, left: z.array(operatorSchema) })),
  planRecover: procedure.input(named.extend({ as: recoverAsSchema })).output(recoverPlanSchema),
  recover: procedure
    .input(named.extend({ as: recoverAsSchema, fingerprint: z.string(), confirmed: z.boolean() }))
    .output(eventIterator(progressSchema, hostSchema)),
  edit: procedure
    .input(
      named.extend({
        newName: z.string().max(400).optional(),
        target: hostTargetSchema.optional(),
        publicAddress: z.string().max(255).nullable().optional(),
        isDefault: z.boolean().optional(),
      }),
    )
    .output(hostSchema),
  trust: procedure
    .input(
      named.extend({
        hostKeys: z.array(z.string().max(100)).max(10).optional(),
        /** The registry that a call before has named, to be this host's from now on. */
        registryId: z.string().max(100).optional(),
      }),
    )
    .output(
      z.object({
        host: hostSchema,
        fingerprints: z.array(z.string()),
        /** Another server than before, not accepted yet: its registry, what accepting it means, and the advice for after it. */
        replaced: z.object({ registryId: z.string(), ...told }).nullable(),
      }),
    ),
  remove: procedure
    .input(
      named.extend({
        forget: z.boolean(),
        /** Access that was taken away and is not in force there may stay open; refused with CONFIRMATION_NEEDED until then. */
        confirmed: z.boolean().optional(),
      }),
    )
    // `unfinished`: those of the forgotten whose delete has not come to its end there.
    .output(z.object({ forgotten: z.array(z.string()), unfinished: z.array(z.string()) })),
}

export type HostHelper = z.infer<typeof hostHelperSchema>
export type Host = z.infer<typeof hostSchema>
export type ListedHost = z.infer<typeof listedHostSchema>
export type HostTarget = z.infer<typeof hostTargetSchema>
export type CheckLine = z.infer<typeof checkLineSchema>
export type PreparePlan = z.infer<typeof preparePlanSchema>
export type RecoverAs = z.infer<typeof recoverAsSchema>
export type RecoverPlan = z.infer<typeof recoverPlanSchema>
export type HostOffers = z.infer<typeof hostOffersSchema>
export type HostOperator = z.infer<typeof operatorSchema>
export type HostFacts = z.infer<typeof hostFactsSchema>
