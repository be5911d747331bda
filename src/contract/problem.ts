import { z } from 'zod'
import { unusableLoginSchema } from './unusable-login.ts'

const text = z.string()
const names = z.array(z.string())
/** How long a filter stays closed whose records are not: until it is filled again, the boot, or the records' repair. */
const filterUntil = z.enum(['refill', 'boot', 'repair'])
/** A tenant's container with another name than its `own`, or on other networks than those of tenants. */
const strangeContainer = z.object({ name: text, own: text, networks: names })

export type StrangeContainer = z.infer<typeof strangeContainer>

/** A connection of a client, by its own address and port. `seconds`: since something came over it. */
const longestIdleSchema = z.object({
  tenant: text,
  address: text,
  port: z.int(),
  seconds: z.int(),
})

export type LongestIdle = z.infer<typeof longestIdleSchema>

/** A revocation that is in force, though not of all that was named: `revoked`, whose connections were `cut`, what stays `inside`. */
const partlyRevoked = {
  revoked: z.array(text).optional(),
  cut: z.array(z.object({ address: text, sockets: z.number() })).optional(),
  inside: text.optional(),
}

/**
 * Everything that can go wrong, as data: one code each with its typed details. The union is closed, so that whoever
 * shows a problem must have an answer for every one. Details never carry a secret.
 */
export const problemDetails = {
  /** A value the operator gave is not usable. `field` names it as the command line does. */
  INVALID_INPUT: z.object({ field: text, given: text, reason: text }),
  /**
   * An address or range is not usable; `suggestion` is what was probably meant. `untouched`: others were named beside it,
   * and nothing was done with them either.
   */
  ADDRESS_INVALID: z.object({
    ...{ given: text, reason: text, suggestion: text.optional() },
    untouched: z.boolean().optional(),
  }),
  /** `host`: the one that says so, where another panel has made a tenant of that name there. */
  NAME_TAKEN: z.object({ noun: z.enum(['host', 'tenant']), name: text, host: text.optional() }),
  /** `unasked`: hosts that could have a tenant of that name and could not be asked. */
  NOT_FOUND: z.object({ noun: z.enum(['host', 'tenant']), name: text, unasked: names.optional() }),
  /**
   * The store did not know that name. These have it on their hosts, each with the name that it has here now (empty where it
   * was not taken in): there is more than one, or `unasked` could have one too and could not be asked. `more`: how many
   * have it that are not named.
   */
  NAME_AMBIGUOUS: z.object({
    name: text,
    tenants: z.array(z.object({ name: text, host: text })),
    unasked: names,
    more: z.int().positive().optional(),
  }),
  /** More than one host is known and none was named. */
  HOST_NOT_NAMED: z.object({ hosts: names }),
  /**
   * Something would be lost, or many would be let in: `loses` says what in a sentence. Ask the operator, then call again
   * with `confirmed`.
   */
  CONFIRMATION_NEEDED: z.object({ loses: text }),

  /** `shutOut`: it takes connections and closes them before SSH begins, as for an address that is shut out for a while. */
  HOST_UNREACHABLE: z.object({ host: text, address: text, reason: text, shutOut: z.boolean().optional() }),
  /** The SSH server offers nothing that is still safe; `lacks` is what it does not have. */
  SSH_TOO_OLD: z.object({ host: text, address: text, lacks: text }),
  HOST_KEY_UNKNOWN: z.object({ host: text, address: text, keyType: text, fingerprint: text }),
  /** It shows another key than the one that is trusted, `pinned`. `keyType` is the type of the new one. */
  HOST_KEY_CHANGED: z.object({ host: text, address: text, pinned: text, keyType: text, fingerprint: text }),
  /** The login does not come to the command that it was asked for; `printed`: the first line that it printed instead. */
  LOGIN_UNUSABLE: z.object({ host: text, user: text, kind: unusableLoginSchema, printed: text }),
  /** `unusable`: keys and agents that could have been tried and could not be used, each with the reason. */
  LOGIN_REFUSED: z.object({ host: text, user: text, tried: names, unusable: names.optional() }),
  /** The server wants another method than a key: `wants`, by SSH's names. `key`: it took that one before; empty: none. */
  LOGIN_METHODS: z.object({ host: text, user: text, key: text, wants: names }),
  /** The agent on the socket `agent` was `asked` something, as an infinitive, and gave no answer. */
  AGENT_SILENT: z.object({ host: text, agent: text, asked: text, afterMs: z.number() }),
  /** It did not sign with a key that the host would have taken. */
  AGENT_REFUSED: z.object({ host: text, agent: text, key: text }),
  IDENTITY_UNREADABLE: z.object({ identityFile: text, reason: text }),
  PASSPHRASE_NEEDED: z.object({ identityFile: text }),
  PASSPHRASE_WRONG: z.object({ identityFile: text }),
  SSH_CONFIG_UNREADABLE: z.object({ target: text, reason: text }),
  /**
   * No answer in time. `action` says what was being done. `port`: the host itself answered, and the memcached on that port
   * of it did not.
   */
  TIMED_OUT: z.object({ host: text, action: text, afterMs: z.number(), port: z.number().optional() }),

  /** A port of the host's own loopback address cannot be reached. */
  PORT_UNREACHABLE: z.object({ host: text, port: z.number(), reason: text }),
  /**
   * The clients of a tenant hold all connections of its memcached, also those that are kept for the panel. `idle`: the one
   * of them that is idle the longest, which `tenant disconnect` closes; not there where nobody could see it.
   */
  CONNECTIONS_TAKEN: z.object({ host: text, port: z.number(), idle: longestIdleSchema.optional() }),
  /** A command could not be started there, or what it printed is not usable. */
  COMMAND_FAILED: z.object({ host: text, command: text, reason: text }),

  SUDO_PASSWORD_NEEDED: z.object({ host: text, user: text }),
  /** sudo has asked again; `words` are what it said in between, which its administrator can choose. */
  SUDO_PASSWORD_WRONG: z.object({ host: text, user: text, words: text.optional() }),
  /** sudo ended, or asked for something else than a password; `reason` is a clause with its words. */
  SUDO_REFUSED: z.object({ host: text, user: text, reason: text }),
  /**
   * The rule of the helper is there, and sudo goes by a later one that fits as well: `rule` (`(ALL : ALL) ALL`), in `file`,
   * where sudo names it. `words` are sudo's own.
   */
  SUDO_OVERRULED: z.object({ host: text, user: text, words: text, rule: text, file: text.optional() }),
  /** sudo has not started the helper in time, or not made `user` root. */
  SUDO_SILENT: z.object({ host: text, afterMs: z.number(), user: text.optional() }),
  /** The rule by which sudo ran the helper is that of another login, `owner`, whose uid the user has now. */
  UID_REUSED: z.object({ host: text, user: text, uid: z.number(), owner: text }),
  /** A folder or file of the helper's state that others than root can change: it lets nobody in from there. */
  STATE_OPEN: z.object({ host: text, path: text }),
  /** Rules are in both backends of iptables, `other` than the one in use too, so nobody is let in. */
  BACKENDS_MIXED: z.object({ host: text, used: text, other: text, rules: z.number() }),
  /** sudo may not start the helper, which is there: as where its disk is mounted noexec. */
  HELPER_NOT_EXECUTABLE: z.object({ host: text }),
  /** The disk takes none of the helper's records; `reason` is a clause. */
  STATE_UNWRITABLE: z.object({ host: text, reason: text, isRefused: z.boolean().optional() }),
  /** The user is not in the docker group. */
  DOCKER_DENIED: z.object({ host: text, user: text }),
  DOCKER_UNREACHABLE: z.object({ host: text, reason: text }),
  /** Sockets are not forwarded there, and the program that would do in its place is not installed. */
  DOCKER_CLIENT_MISSING: z.object({ host: text }),
  /** `where`: a clause, where Podman was found in Docker's place. */
  DOCKER_IS_PODMAN: z.object({ host: text, where: text }),
  /** The host answers and its Docker does not, though it takes connections: it hangs, or has too much to do. */
  DOCKER_SILENT: z.object({ host: text, afterMs: z.number() }),
  DOCKER_FAILED: z.object({ host: text, action: text, reason: text }),
  /** Docker's own rules are not in the kernel any more, so it can start no container that publishes a port. */
  DOCKER_RULES_GONE: z.object({ host: text, action: text, reason: text }),
  IMAGE_MISSING: z.object({ host: text, image: text }),

  HOST_NOT_PREPARED: z.object({ host: text, missing: names }),
  /** A probe failed, so it is not known whether packets can be filtered. `reason` is a clause with the host's own words. */
  FILTER_UNCLEAR: z.object({ host: text, reason: text }),
  /** The host would change between public and local tenants by itself. `mode` is the one it keeps. */
  MODE_KEPT: z.object({
    host: text,
    mode: z.enum(['filtered', 'loopback']),
    reason: text,
    tenants: z.number(),
  }),
  /** The host cannot filter packets, so it publishes on loopback only. */
  HOST_LOOPBACK_ONLY: z.object({ host: text, reason: text }),
  PREPARE_FAILED: z.object({ host: text, step: text, reason: text }),
  /** The host changed between the plan that was shown and its application. */
  PLAN_STALE: z.object({ host: text }),
  /**
   * `count` where it is known how many there are and not which. `containers`: of tenants that this panel has on another
   * host, as a copied server has them.
   */
  /** A file that is loaded at boot names chains or sets of ours, first in that line, and all is to be taken away. */
  FIREWALL_SAVED: z.object({ host: text, path: text, line: z.number() }),
  HOST_HAS_TENANTS: z.object({
    ...{ host: text, tenants: names, count: z.number().optional(), containers: names.optional() },
  }),

  HELPER_FAILED: z.object({ host: text, op: text, reason: text }),
  /** The helper on the host and this panel speak different protocol versions. */
  HELPER_INCOMPATIBLE: z.object({ host: text, found: text, speaks: text }),
  /** Another panel changed the tenant meanwhile. */
  REVISION_STALE: z.object({ host: text, tenant: text, expected: z.number(), found: z.number() }),
  /** The address leads to another server than the one where the tenant is; without a tenant, than before. */
  SERVER_REPLACED: z.object({ host: text, tenant: text.optional() }),
  /** Its records are those of another host, `other`: the same server, or a copy of it; null: not known which. */
  SERVER_TWICE: z.object({ host: text, other: text, isSame: z.boolean().nullable() }),
  /** The host's memory was put back to an older state, and it has the tenant otherwise than this panel. */
  HOST_PUT_BACK: z.object({ host: text, tenant: text }),
  /** Its range was put back with it: ports of these tenants are outside. `fitting` has them, too. */
  RANGE_PUT_BACK: z.object({
    host: text,
    tenants: z.array(text),
    inForce: z.object({ from: z.number(), to: z.number() }),
    fitting: z.object({ from: z.number(), to: z.number() }),
  }),
  /** Of notes, tags and labels of all tenants there, in bytes. */
  NOTES_FULL: z.object({ host: text, bytes: z.number(), most: z.number() }),
  ALLOWLISTS_FULL: z.object({ host: text, entries: z.number(), most: z.number() }),
  MEMORY_OVERCOMMITTED: z.object({ host: text, askedMb: z.number(), freeMb: z.number() }),
  /**
   * The tenant's container uses more than the limit of a cache of `memoryMb`, so the kernel would kill it. `isDropped`: its
   * cache was that small for a moment, so it has lost what did not fit.
   */
  MEMORY_HELD: z.object({
    ...{ tenant: text, host: text, usedMb: z.number(), memoryMb: z.number(), limitMb: z.number() },
    isDropped: z.boolean(),
  }),
  NO_PORT_LEFT: z.object({ host: text, from: z.number(), to: z.number(), quarantined: z.number() }),
  /** `unknown`: the store has no deleted tenant of that name. `there`: it is not deleted. */
  NOT_RESTORABLE: z.object({
    ...{ tenant: text, host: text, why: z.enum(['unknown', 'there', 'name', 'port']), reason: text },
  }),
  /** The named port cannot be had. */
  PORT_UNAVAILABLE: z.object({ host: text, port: z.number(), reason: text }),
  /**
   * `instead`: a range that the host has for it, `20000-29999`. `reserve`: the value of
   * `net.ipv4.ip_local_reserved_ports` with which it could be this one.
   */
  PORT_RANGE_INVALID: z.object({
    ...{ host: text, from: z.number(), to: z.number(), reason: text },
    ...{ instead: text.optional(), reserve: text.optional() },
  }),
  /**
   * The network for tenants' containers cannot be this one. `instead`: one that nothing on the host touches; `current`:
   * where they are, and stay.
   */
  SUPERNET_INVALID: z.object({
    ...{ host: text, supernet: text, reason: text },
    ...{ instead: text.optional(), current: text.optional() },
  }),

  /**
   * A wider entry still lets the address in, so revoking it would change nothing. `revoked`: what was asked for beside it,
   * and is closed; `absent`: what is on no list; `untouched`: others were named beside it, and none of them was revoked.
   */
  ENTRY_COVERED: z.object({
    ...{ tenant: text, cidr: text, by: text },
    ...partlyRevoked,
    absent: z.array(text).optional(),
    untouched: z.boolean().optional(),
  }),
  /**
   * Neither the store nor the host has that entry, nor `others`. `revoked`: what was asked for beside them, and is closed.
   */
  ENTRY_ABSENT: z.object({
    ...{ tenant: text, cidr: text },
    others: z.array(text).optional(),
    ...partlyRevoked,
  }),
  /** The tenant that was meant has another name now, which somebody gave it meanwhile. */
  TENANT_RENAMED: z.object({ tenant: text, now: text }),
  /**
   * Access was taken away and its host has confirmed it, but the store cannot keep it. `action` is an infinitive. `revoked`:
   * what was asked for beside it, which the store has kept.
   */
  NOT_RECORDED: z.object({
    ...{ tenant: text, host: text, action: text, reason: text },
    ...partlyRevoked,
  }),
  /**
   * Access was taken away and its host has not confirmed it; it is tried again. `action` is an infinitive. `revoked`: what
   * was asked for beside it, and is closed.
   */
  NOT_IN_FORCE: z.object({
    ...{ tenant: text, host: text, action: text, reason: text },
    ...partlyRevoked,
  }),
  /**
   * The tenant was not changed, because access that was taken away from it comes first: see `NOT_IN_FORCE`, or where the
   * filter has closed it `NOT_KEPT`.
   */
  CLOSING_FIRST: z.object({
    ...{ tenant: text, host: text, action: text, reason: text },
    isInFilter: z.boolean(),
  }),
  /** The tenant was not changed, because access that it would have given back was taken away after it was asked for. */
  CLOSED_SINCE: z.object({ tenant: text, action: text }),
  /** Access that was to be taken away stays, because another panel gave it while that waited: cidrs, `*` for being open. */
  WRITTEN_SINCE: z.object({ tenant: text, left: z.array(text) }),
  /**
   * The filter of the host lets nobody in by it, but its records have it still: see `CLOSED_IN_FILTER`. `container`: null
   * where nobody could tell, absent where nothing is strange about it.
   */
  NOT_KEPT: z.object({
    ...{ tenant: text, host: text, action: text, reason: text, until: filterUntil },
    ...partlyRevoked,
    container: strangeContainer.nullable().optional(),
  }),
  /** Access that the host has not confirmed to be taken away, and that the store cannot keep: nothing tries it again. */
  NOT_CLOSED: z.object({ tenant: text, host: text, action: text, reason: text, store: text }),
  /** A delete has closed the tenant's port, and something of the tenant is still on its host. `container` as before. */
  NOT_DELETED: z.object({
    ...{ tenant: text, host: text, reason: text },
    container: strangeContainer.nullable().optional(),
  }),
  /** The host has closed its filter and could not write that into its records. */
  CLOSED_IN_FILTER: z.object({ host: text, reason: text, until: filterUntil }),
  /** Docker, or its host, was started again, and the containers of tenants with it. */
  DOCKER_RESTARTED: z.object({ host: text, at: text }),
  /** Its container ended without being asked to, and was started again. `status` is null where nobody can tell it. */
  TENANT_ENDED: z.object({
    ...{ tenant: text, host: text, at: text },
    status: z.number().nullable(),
    outOfMemory: z.boolean().nullable(),
  }),
  TENANT_SILENT: z.object({ tenant: text, host: text, port: z.number(), waitedMs: z.number(), log: text }),
  /**
   * The tenant is being created or deleted, or was cut off while it was. `kept`: access was to be taken away from it,
   * which counts where it is restored.
   */
  TENANT_BUSY: z.object({ tenant: text, state: text, kept: z.boolean().optional() }),

  /** No running operation has that id: it ended, or was never there. */
  NOT_RUNNING: z.object({ operation: text }),
  /** The passphrase does not open the secrets that were kept with it. */
  SECRETS_LOCKED: z.object({ reason: text }),

  /** The sandbox on this computer does not run, or cannot be asked. `said` is what its programs printed last. */
  SANDBOX_FAILED: z.object({ reason: text, said: names }),

  STORE_BUSY: z.object({ path: text, owner: text }),
  STORE_UNUSABLE: z.object({ path: text, reason: text, isFull: z.boolean().optional() }),
  /** The program that owns the store, through which a command went, has ended before it answered. */
  OWNER_ENDED: z.object({ path: text }),
  CANCELLED: z.object({ action: text }),
  /** A defect of this program. The stack is in the log under `reference`. */
  INTERNAL: z.object({ reference: text }),
} as const

export type ProblemCode = keyof typeof problemDetails

/** One problem with its details, discriminated by `code`. */
export type Problem = {
  [Code in ProblemCode]: { code: Code; details: z.infer<(typeof problemDetails)[Code]> }
}[ProblemCode]
