import { asc, eq } from 'drizzle-orm'
import { z } from 'zod'
import { hostTargetSchema } from '../../../contract/host.ts'
import { foldName } from '../../../domain/name.ts'
import { fail } from '../../../domain/problem-error.ts'
import { noteTouched } from './committed.ts'
import { jsonColumn, moment, parseRow, type StoreDb } from './rows.ts'
import { hosts } from './schema.ts'

const storedHost = z.object({
  id: z.string(),
  /** In its stored form (NFC); unique after folding. */
  name: z.string(),
  target: jsonColumn(hostTargetSchema),
  /** The address that tenants connect to, when it is not the one that SSH uses. */
  publicAddress: z.string().nullable(),
  /** The pinned host keys: `address:port` to `SHA256:…`. */
  pins: jsonColumn(z.record(z.string(), z.string())),
  /** `filtered`: tenants are public behind the filter. `loopback`: they may only listen there; why is told beside it. */
  mode: z.enum(['unknown', 'filtered', 'loopback']),
  modeReason: z.string(),
  /** The tenant ports, both ends included. */
  rangeFrom: z.int(),
  rangeTo: z.int(),
  /** New tenants go here when no host is named; at most one host is. */
  isDefault: z.boolean(),
  createdAt: moment,
  /** Of the host's whole registry, when this panel last agreed with it; null before. */
  revision: z.int().nullable(),
  /** The digest of all changes up to that revision; null before, and where the helper gives none. */
  history: z.string().nullable(),
  /** The id that its registry has had since it was made; null before this panel has read it. */
  registryId: z.string().nullable(),
  /** The id of another registry that was seen there since and that nobody has accepted; null: none. */
  seenRegistryId: z.string().nullable(),
  /** The kernel's id of the start of the server that was seen last; null before. */
  bootId: z.string().nullable(),
  /**
   * Since when the host was seen to be put back to an older state, and of which tenants it has something else, as far as
   * they were looked at; null: it was not, or nothing of that is left. `accepted`: it is another server, accepted then.
   */
  putBack: jsonColumn(
    z.object({ since: moment, tenantIds: z.array(z.string()), accepted: z.literal(true).optional() }),
  ).nullable(),
})

/** The columns of a host that was never asked. */
export const neverConfirmed = {
  ...{ revision: null, history: null, putBack: null },
  ...{ registryId: null, seenRegistryId: null, bootId: null },
} as const

/** A host as the store knows it: what was asked for, never what was seen. */
export type StoredHost = z.output<typeof storedHost>
export type HostChanges = Partial<Omit<StoredHost, 'id' | 'createdAt'>>

/** All hosts by name. */
export function listHosts(db: StoreDb): StoredHost[] {
  return db.select().from(hosts).orderBy(asc(hosts.nameKey)).all().map(parseHost)
}

export function findHost(db: StoreDb, id: string): StoredHost | undefined {
  return db.select().from(hosts).where(eq(hosts.id, id)).all().map(parseHost)[0]
}

export function findHostByName(db: StoreDb, name: string): StoredHost | undefined {
  return db
    .select()
    .from(hosts)
    .where(eq(hosts.nameKey, foldName(name)))
    .all()
    .map(parseHost)[0]
}

/** @throws ProblemError NAME_TAKEN */
export function insertHost(db: StoreDb, host: StoredHost): void {
  requireFreeName(db, host.id, host.name)
  noteTouched(db, 'hosts', host.id)
  db.insert(hosts)
    .values({ ...z.encode(storedHost, host), nameKey: foldName(host.name) })
    .run()
}

/**
 * Changes the named fields and leaves the others. A host that is not there stays so.
 * @throws ProblemError NAME_TAKEN
 */
export function updateHost(db: StoreDb, id: string, changes: HostChanges): void {
  const before = findHost(db, id)
  if (before === undefined) return
  const after = { ...before, ...changes }
  requireFreeName(db, id, after.name)
  noteTouched(db, 'hosts', id)
  db.update(hosts)
    .set({ ...z.encode(storedHost, after), nameKey: foldName(after.name) })
    .where(eq(hosts.id, id))
    .run()
}

/** Keeps where the registry of a host is. Nothing that people see changes, so nobody is told. */
export function confirmHistory(db: StoreDb, id: string, pair: { revision: number; history: string }): void {
  const { revision, history } = pair
  db.update(hosts).set({ revision, history }).where(eq(hosts.id, id)).run()
}

/** Keeps that its registry was put back, as an answer has shown: every history that it tells is another one then. */
export function doubtHistory(db: StoreDb, id: string): void {
  confirmHistory(db, id, { revision: Number.MAX_SAFE_INTEGER, history: '0'.repeat(64) })
}

/** Keeps that the helper of a host tells no more where its registry is. */
export function forgetHistory(db: StoreDb, id: string): void {
  db.update(hosts).set({ revision: null, history: null }).where(eq(hosts.id, id)).run()
}

/** Keeps which server it is. Nothing that people see changes. */
export function confirmRegistryId(db: StoreDb, id: string, registryId: string): void {
  db.update(hosts).set({ registryId }).where(eq(hosts.id, id)).run()
}

/** Keeps which start of the server was seen last. */
export function confirmBoot(db: StoreDb, id: string, bootId: string): void {
  db.update(hosts).set({ bootId }).where(eq(hosts.id, id)).run()
}

/** Forgets which server a host was and where its history is: the registry there is taken away. */
export function forgetServer(db: StoreDb, id: string): void {
  updateHost(db, id, neverConfirmed)
}

/**
 * Keeps that another server counts as this host from now on. Its revisions have nothing to do with those of before, so it
 * is settled like a host that was put back, which nobody has looked at yet.
 */
export function keepAccepted(db: StoreDb, id: string, registryId: string, since: string): void {
  updateHost(db, id, { ...neverConfirmed, registryId, putBack: { since, tenantIds: [], accepted: true } })
}

/** Removes the host with all its tenants, deleted ones included, and its resting ports. Operations stay. */
export function deleteHost(db: StoreDb, id: string): void {
  noteTouched(db, 'hosts', id)
  db.delete(hosts).where(eq(hosts.id, id)).run()
}

function parseHost(row: typeof hosts.$inferSelect): StoredHost {
  return parseRow('hosts', storedHost, row)
}

function requireFreeName(db: StoreDb, id: string, name: string): void {
  const holder = findHostByName(db, name)
  if (holder !== undefined && holder.id !== id) fail({ code: 'NAME_TAKEN', details: { noun: 'host', name } })
}
