import { setImmediate as nextTurn } from 'node:timers/promises'
import { listNameCandidates } from '../../../core/tenant/adopted-name.ts'
import { listChanges } from '../../../core/tenant/list-changes.ts'
import { foldName } from '../../../domain/name.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { listUndoneCreates } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  countPortsHeld,
  insertTenants,
  listNameHolders,
  listRevisions,
  listTenantsById,
  type StoredTenant,
  type TenantRevision,
} from '../../adapters/store/tenants.ts'
import { observeDoubtful } from '../../reconcile/observe-doubtful.ts'
import type { ServiceContext } from '../context.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'
import { keptBackMs } from '../tenant/loopback-ledger.ts'
import { type ObservedTenants, observeContainers, observeRecords } from '../tenant/observe-tenants.ts'
import { chooseFit } from './choose-fit.ts'
import { requireStill } from './find-host.ts'
import { freeReader } from './free-records.ts'
import type { HostAccess } from './host-pool.ts'
import { logOthers } from './log-others.ts'
import { leavePorts, renderAdopted, takeNames, takeOver } from './take-over.ts'
import { nameForeign, tellRefused } from './tell-refused.ts'

/** Names of tenants by what other panels did with them: made, put back after they were deleted, changed. */
export interface Adopted {
  readonly added: readonly string[]
  readonly returned: readonly string[]
  readonly changed: readonly string[]
  /** Tenants that were made with a name that another one has here, with the name that they have here. */
  readonly twice: readonly { readonly name: string; readonly here: string }[]
}

export interface AdoptOptions {
  /** The host's records, if they were read a moment ago. */
  readonly records?: ObservedTenants['records']
  /** When they were asked for, on the monotonic clock: of a tenant that was closed since they say who was let in before. */
  readonly since?: number
  /** An operation that does not count as work on its tenant. */
  readonly own?: string
  /** The host is new here: its tenants are nobody's news. */
  readonly isFirst?: boolean
  /** Another host is known not to answer now: whatever is new may have the name of a tenant there. */
  readonly isAway?: boolean
}

/**
 * Asks the host and takes over what it knows and the store does not. Docker is asked only where a closed record may be
 * one that another panel is making or removing.
 */
export async function adoptRecords(
  context: ServiceContext,
  access: HostAccess,
  { records: given, since = performance.now(), ...options }: AdoptOptions = {},
): Promise<Adopted> {
  const records = given ?? (await observeRecords(access))
  const known = await context.store.read((db) => listRevisions(db))
  const isDoubtful = [...records.values()].some(
    (record) => !record.open && isNews(known.get(record.id), record),
  )
  const containers = isDoubtful ? await observeContainers(access).catch(() => noContainers) : noContainers
  return adoptObserved(context, access.host, { records, containers }, { ...options, since })
}

/** A closed record whose container cannot be looked for waits until Docker answers. */
const noContainers: ObservedTenants['containers'] = new Map()

/** Tenants that are saved at once: everything else of this process goes on between two pieces. */
const pieceSize = 15

/**
 * The host's memory wins where it is newer: tenants that another panel made, or that this store has lost, come in, and
 * what another panel changed is taken over, so that two panels never undo each other. Tenants that this program is at
 * work on, that are unfinished, or of which access is still to be taken away or was since, are left as they are here. Records of other
 * hosts' tenants, and those that no panel would have written, are told and stay out. A name that a tenant of another host
 * may have as well is nobody's by coming in.
 */
export async function adoptObserved(
  context: ServiceContext,
  host: StoredHost,
  observed: ObservedTenants,
  { since, own, isAway, isFirst = false }: Omit<AdoptOptions, 'records'> & { readonly since: number },
): Promise<Adopted> {
  const readFree = (db: StoreDb) => freeReader(db, context, host, { since, own })
  const { isFree, known } = await context.store.read((db) => ({
    isFree: readFree(db),
    known: listRevisions(db),
  }))
  const all = [...observed.records.values()]
  const foreign = all.filter(({ id }) => isForeign(known.get(id), host))
  const news = all.filter(
    (record) => !isForeign(known.get(record.id), host) && isNews(known.get(record.id), record),
  )
  if (news.length + foreign.length === 0) return nothingAdopted
  const due = news.filter((record) => isSettled(record, observed) && isFree(record.id))
  // Each tenant has a port of its own, so no more than these can come in.
  const most = host.rangeTo - host.rangeFrom + 1
  const fit = await chooseFit(context, host, due.slice(0, most), observed.records)
  const current = await leaveTakenBack(context, host, fit.records, (id) => known.has(id))
  const room = await context.store.read((db) => countRoom(db, host, restingSince(context)))
  const coming = [
    ...current.filter(({ id }) => known.has(id)),
    ...current.filter(({ id }) => !known.has(id)).slice(0, room),
  ]
  const doubtful = await observeDoubtful(context, host, coming, isAway)
  const isMany = coming.filter(({ id }) => !known.has(id)).length > mostLogged
  const taken = await takeInPieces(context, host, current, {
    ...{ all: observed.records, doubtful, isFirst, isMany },
    readFree,
  })
  const refused = {
    ...fit.refused,
    beyond: [...taken.beyond, ...due.slice(most).map(({ id }) => id)],
    foreign: await nameForeign(context, foreign),
  }
  tellRefused(context, host, refused)
  const { added, returned, changed, twice } = taken
  if (isMany && !isFirst) {
    const news = { kind: 'host adopt', tenant: null, after: { tenants: added.length } }
    await context.store.write((db) => logOthers(db, context, host, [news]))
  }
  return { added, returned, changed, twice }
}

/** Tenants that came in at once and have an operation each; more are one. */
const mostLogged = 100

const nothingAdopted: Adopted = { added: [], returned: [], changed: [], twice: [] }

const isForeign = (known: TenantRevision | undefined, host: StoredHost): boolean =>
  known !== undefined && known.hostId !== host.id

/** Takes in a piece at a time; another turn may have made more tenants on that host meanwhile. */
async function takeInPieces(
  context: ServiceContext,
  host: StoredHost,
  records: readonly LedgerRecord[],
  {
    readFree,
    ...tools
  }: Pick<TakeInTools, 'all' | 'doubtful' | 'isFirst' | 'isMany'> & {
    readonly readFree: (db: StoreDb) => (tenantId: string) => boolean
  },
): Promise<Adopted & { readonly beyond: readonly string[] }> {
  const pieces: TakenIn[] = []
  const since = restingSince(context)
  for (let from = 0; from < records.length; from += pieceSize) {
    const piece = records.slice(from, from + pieceSize)
    pieces.push(
      await context.store.write((db) => {
        const isFree = readFree(db)
        const free = piece.filter(({ id }) => isFree(id))
        return takeIn(db, host, free, { ...tools, since, context })
      }),
    )
    await nextTurn()
  }
  return {
    added: pieces.flatMap(({ added }) => added),
    returned: pieces.flatMap(({ returned }) => returned),
    changed: pieces.flatMap(({ changed }) => changed),
    twice: pieces.flatMap(({ twice }) => twice),
    beyond: pieces.flatMap(({ beyond }) => beyond),
  }
}

/**
 * A create that was taken back after the records were read is not in the store any more, and must not come in as another
 * panel's: the host is asked once more whether it still has such a record.
 */
async function leaveTakenBack(
  { store, hosts }: ServiceContext,
  host: StoredHost,
  news: readonly LedgerRecord[],
  isKnown: (id: string) => boolean,
): Promise<readonly LedgerRecord[]> {
  const undone = await store.read((db) => listUndoneCreates(db, host.id))
  const doubtful = news.filter(({ id }) => !isKnown(id) && undone.has(id))
  const { ledger } = hosts.access(host)
  const gone = new Set<string>()
  for (const { id } of doubtful) if ((await ledger.observe(id)).length === 0) gone.add(id)
  return news.filter(({ id }) => !gone.has(id))
}

/** A closed record without a container is one that another panel is making or removing right now. */
function isSettled({ id, open }: LedgerRecord, { containers }: ObservedTenants): boolean {
  return open || containers.has(id)
}

/** Whether a host's record is newer than what is known here. What this panel makes or removes right now is its own matter. */
export function isNews(
  known: Pick<StoredTenant, 'phase' | 'revision'> | undefined,
  record: LedgerRecord,
): boolean {
  if (known === undefined) return true
  // A deleted tenant is there again where another panel has put it back.
  return (known.phase === 'present' || known.phase === 'deleted') && known.revision < record.revision
}

interface TakenIn extends Adopted {
  readonly beyond: readonly string[]
}

interface TakeInTools {
  /** Every record of the host, to tell whose port has become whose. */
  readonly all: ObservedTenants['records']
  /** Ports that were left before are free again. */
  readonly since: string
  /** Names that a tenant of another host may have. */
  readonly doubtful: ReadonlySet<string>
  readonly isFirst: boolean
  readonly isMany: boolean
  readonly context: Pick<ServiceContext, 'newId' | 'now'>
}

const restingSince = ({ now }: ServiceContext): string => new Date(now().getTime() - keptBackMs).toISOString()

/** A port rests after its tenant was deleted, so no host has had more tenants than ports in that time. */
function countRoom(db: StoreDb, host: StoredHost, since: string): number {
  const { rangeFrom, rangeTo } = requireStill(db, host)
  return Math.max(0, rangeTo - rangeFrom + 1 - countPortsHeld(db, host.id, since))
}

function takeIn(
  db: StoreDb,
  host: StoredHost,
  records: readonly LedgerRecord[],
  { all, since, doubtful, isFirst, isMany, context }: TakeInTools,
): TakenIn {
  const known = listRevisions(
    db,
    records.map(({ id }) => id),
  )
  // Changes here since the look are newer.
  const changed = records.filter(({ id }) => known.get(id)?.hostId === host.id)
  const newer = changed.filter((record) => isNews(known.get(record.id), record))
  const fresh = records.filter(({ id }) => !known.has(id))
  const room = countRoom(db, host, since)
  const added = fresh.slice(0, room)
  const before = new Map(readTenants(db, newer).map((tenant) => [tenant.id, tenant]))
  leavePorts(db, host, [...newer, ...added], all)
  const renamed = newer.filter((record) => takeOver(db, host, record, doubtful))
  takeNames(db, host, renamed, doubtful)
  const holders = listNameHolders(
    db,
    added.flatMap((record) => listNameCandidates(record, host.name)),
  )
  const tenants = added.map((record) => {
    const tenant = renderAdopted(host, record, (name) => holders.get(foldName(name)), doubtful)
    holders.set(foldName(tenant.name), tenant.id)
    return tenant
  })
  insertTenants(db, tenants)
  const news = readTenants(db, newer).map((after) => judgeNews(before.get(after.id), after))
  const made = isMany ? [] : tenants.map((tenant) => ({ kind: 'tenant create', tenant }))
  if (!isFirst) logOthers(db, context, host, [...news.flatMap(({ done }) => done), ...made])
  const beyond = fresh.slice(room).map(({ id }) => id)
  const twice = added.flatMap(({ id, name }) => {
    const here = tenants.find((tenant) => tenant.id === id)?.name ?? name
    const holder = holders.get(foldName(name))
    return isFirst || holder === undefined || holder === id ? [] : [{ name, here }]
  })
  return {
    twice,
    added: toNames(tenants),
    returned: toNames(news.filter(({ isBack }) => isBack)),
    changed: toNames(news.filter(({ isBack, done }) => !isBack && done.length > 0)),
    beyond,
  }
}

const readTenants = (db: StoreDb, records: readonly { readonly id: string }[]): StoredTenant[] =>
  listTenantsById(
    db,
    records.map(({ id }) => id),
  ).filter(({ unread }) => unread === undefined)

/** The changes of a tenant by another panel, as the log keeps them; none where only its revision is another one. */
function judgeNews(before: StoredTenant | undefined, after: StoredTenant) {
  const isBack = before?.phase === 'deleted'
  const changes = before === undefined || isBack ? [] : listChanges(before, after)
  const done = isBack
    ? [{ kind: 'tenant restore', tenant: after }]
    : changes.map((change) => ({ ...change, tenant: after }))
  return { name: after.name, isBack, done }
}

function toNames(tenants: readonly { readonly name: string }[]): string[] {
  return tenants.map(({ name }) => name)
}
