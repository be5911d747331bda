import { listRevisions, listTenantsById } from '../adapters/store/tenants.ts'
import { listUnfinishedIds } from '../adapters/store/unfinished.ts'
import type { ServiceContext } from '../services/context.ts'
import { adoptDeletions } from '../services/host/adopt-deletions.ts'
import { type AdoptOptions, adoptRecords } from '../services/host/adopt-records.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { tellAdopted, tellOthers } from '../services/host/tell-others.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { followPutBack } from './put-back.ts'
import { readDoubt } from './same-server.ts'

/** Takes in what other panels made, changed and deleted, once for each connection. The registry alone is asked. */
export function ensureAdopted(
  context: ServiceContext,
  access: HostAccess,
  options: Pick<AdoptOptions, 'isAway'> = {},
): Promise<void> {
  access.seen.adopted ??= adoptAll(context, access, options).catch((error: unknown) => {
    delete access.seen.adopted
    throw error
  })
  return access.seen.adopted
}

/** The same for who has seen that the host has something else by now. */
export async function adoptAgain(
  context: ServiceContext,
  access: HostAccess,
  options: Pick<AdoptOptions, 'isAway'> = {},
): Promise<void> {
  delete access.seen.adopted
  await ensureAdopted(context, access, options)
}

async function adoptAll(
  context: ServiceContext,
  access: HostAccess,
  options: Pick<AdoptOptions, 'isAway'>,
): Promise<void> {
  const { host } = access
  if (host.mode !== 'filtered') return
  const since = performance.now()
  const records = await observeRecords(access)
  const { known, unfinished } = await context.store.read((db) => ({
    known: listRevisions(db),
    unfinished: listUnfinishedIds(db, host.id),
  }))
  const missing = [...known].flatMap(([id, { hostId, phase }]) => {
    const isHere = hostId === host.id && phase === 'present'
    return isHere && !records.has(id) && !unfinished.has(id) && !context.running.isBusy(id) ? [id] : []
  })
  const read = await context.store.read((db) => listTenantsById(db, missing))
  const ids = read.filter(({ unread }) => unread === undefined).map(({ id }) => id)
  if (await followPutBack(context, access, records)) {
    // The doubt can be settled without another connection: by `host trust`, or when the other host is forgotten.
    const doubt = await context.store.read((db) => readDoubt(db, host.id))
    if (doubt !== null || !access.link.info().connected) delete access.seen.adopted
    return
  }
  // Before what is new comes in: that may have the name of a deleted one.
  tellOthers(context, 'deleted', await adoptDeletions(context, access, ids), host)
  tellAdopted(context, await adoptRecords(context, access, { ...options, records, since }), host)
}
