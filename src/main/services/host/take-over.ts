import {
  freeName,
  freeOtherName,
  type HolderOf,
  listNameCandidates,
} from '../../../core/tenant/adopted-name.ts'
import { foldName } from '../../../domain/name.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import {
  findTenant,
  findTenantByName,
  listPortHolders,
  type StoredTenant,
  updateTenant,
} from '../../adapters/store/tenants.ts'
import { observeDoubtful } from '../../reconcile/observe-doubtful.ts'
import type { ServiceContext } from '../context.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'
import type { ObservedTenants } from '../tenant/observe-tenants.ts'
import { chooseFit } from './choose-fit.ts'
import { tellRefused } from './tell-refused.ts'

/**
 * Takes over what a host has of one tenant that is known here, where that is what a panel writes; else it is told and
 * stays out.
 * @param all every record of the host
 * @param judge throws, where it must not be taken over any more, in the transaction that would do it
 * @returns whether it was taken over
 */
export async function takeOverFit(
  context: ServiceContext,
  host: StoredHost,
  record: LedgerRecord,
  all: ObservedTenants['records'],
  judge: (db: StoreDb) => void,
): Promise<boolean> {
  const { records, refused } = await chooseFit(context, host, [record], all)
  tellRefused(context, host, refused)
  const [fit] = records
  if (fit === undefined) return false
  const doubtful = await observeDoubtful(context, host, [fit])
  await context.store.write((db) => {
    if (findTenant(db, fit.id) === undefined) return
    judge(db)
    leavePorts(db, host, [fit], all)
    takeOver(db, host, fit, doubtful)
  })
  return true
}

/**
 * Takes over what a host remembers of a tenant that is known here. One that has its name with the host's behind it keeps that
 * until the host has another name for it: a host must not get a name back by a change that another tenant may have as well.
 * A tenant that was deleted here and that the host has is there again.
 * @param record one that parseRecord has found fit
 * @param doubtful names that a tenant of another host may have, see `observeDoubtful`
 * @returns whether it has another name now
 */
export function takeOver(
  db: StoreDb,
  host: StoredHost,
  record: LedgerRecord,
  doubtful: ReadonlySet<string>,
): boolean {
  const known = findTenant(db, record.id)
  const before = known?.name ?? record.name
  const isBack = known?.phase === 'deleted'
  // The name of one that was deleted can be another tenant's by now.
  const isKept = !isBack && listNameCandidates(record, host.name).includes(before)
  const name = isKept ? before : chooseName(record, host, holderIn(db), doubtful)
  const back = isBack ? ({ phase: 'present', deletedAt: null, deletion: null } as const) : {}
  updateTenant(db, record.id, { name, ...pickTaken(record), ...back })
  return name !== before
}

/**
 * Takes over names once more, when all records are taken over: a name that one tenant has got may have been another's
 * until then.
 * @param records those that parseRecord has found fit
 */
export function takeNames(
  db: StoreDb,
  host: StoredHost,
  records: readonly LedgerRecord[],
  doubtful: ReadonlySet<string>,
): void {
  const holderOf = holderIn(db)
  for (const record of records)
    updateTenant(db, record.id, { name: chooseName(record, host, holderOf, doubtful) })
}

function chooseName(
  record: LedgerRecord,
  host: StoredHost,
  holderOf: HolderOf,
  doubtful: ReadonlySet<string>,
): string {
  const choose = doubtful.has(foldName(record.name)) ? freeOtherName : freeName
  return choose(record, host.name, holderOf)
}

const holderIn =
  (db: StoreDb): HolderOf =>
  (name) =>
    findTenantByName(db, name)?.id

/** A tenant as it is here when it has just come in. */
export function renderAdopted(
  host: StoredHost,
  record: LedgerRecord,
  holderOf: HolderOf,
  doubtful: ReadonlySet<string>,
): StoredTenant {
  const { id, createdAt } = record
  const name = chooseName(record, host, holderOf, doubtful)
  return {
    ...{ id, hostId: host.id, name, ...pickTaken(record) },
    ...{ phase: 'present', createdAt, deletedAt: null, deletion: null },
  }
}

/** The values that count here as the host has them. */
function pickTaken(record: LedgerRecord) {
  const { port, network, revision, memoryMb, maxConnections, open, notes, tags, allow } = record
  const limits = { memoryMb, maxConnections }
  return { port, network, revision, ...limits, open, notes, tags: [...tags], allow: [...allow] }
}

/** A port that a tenant has here is free for another when its own record, which comes in as well, names another port. */
export function leavePorts(
  db: StoreDb,
  { id: hostId }: StoredHost,
  records: readonly LedgerRecord[],
  all: ObservedTenants['records'],
): void {
  const takers = new Map(records.map(({ id, port }) => [port, id]))
  for (const { id, port } of listPortHolders(db, hostId, [...takers.keys()])) {
    if (takers.get(port) !== id && all.get(id)?.port !== port) updateTenant(db, id, { port: null })
  }
}
