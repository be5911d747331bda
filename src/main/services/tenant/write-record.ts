import { withoutClosed } from '../../../core/plan/closing.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { DesiredTenant } from '../../../domain/tenant-plan.ts'
import { findTenant } from '../../adapters/store/tenants.ts'
import { closingLane } from '../../reconcile/carry-out-closing.ts'
import type { ServiceContext } from '../context.ts'
import type { ApplyTools, StoredAccess, TenantPlace } from './apply-tools.ts'
import type { CutConnections } from './ledger.ts'

/** More closings than this of one tenant within one write of its record do not happen by hand. */
const mostTries = 20

/**
 * Writes a tenant's whole record. Access that was taken away while the change was under way stays away: what is written
 * is never wider than what the store asks for now, and a record that only a closing has made newer is no stranger's.
 * @throws ProblemError REVISION_STALE when another panel changed it
 */
export async function writeRecord(
  { access, readAccess, releasedPort, staysNews }: ApplyTools,
  operationId: string,
  desired: DesiredTenant,
  open: boolean,
  place: TenantPlace,
): Promise<{ place: TenantPlace; cut: CutConnections }> {
  const { network, port: reserved } = place
  const port = desired.port ?? reserved
  const left = port === reserved ? 'keep-back' : releasedPort
  let { revision } = place
  for (let tries = 0; ; tries += 1) {
    const stored = await readAccess()
    const allowed =
      stored === undefined
        ? { open, allow: desired.allow }
        : withoutClosed({ open, allow: desired.allow }, stored)
    try {
      // Each content has an id of its own: the helper answers the same id with the reply that it gave before.
      const id = tries === 0 ? operationId : `${operationId}-${tries}`
      const written = await access.ledger.put(id, revision, { ...desired, ...allowed, port, network }, left)
      if (staysNews !== true) access.seen.written.set(desired.id, written.revision)
      return { place: { port, network, revision: written.revision }, cut: written.cut }
    } catch (error) {
      const newer = isStale(error) ? (await readAccess())?.revision : undefined
      if (newer === undefined || newer <= revision || tries === mostTries) throw error
      revision = newer
    }
  }
}

/** Reads a tenant's access after closings that are under way have been confirmed. */
export function accessReader(
  { store, inTurn }: Pick<ServiceContext, 'store' | 'inTurn'>,
  tenantId: string,
): () => Promise<StoredAccess | undefined> {
  return () => inTurn(closingLane(tenantId), () => store.read((db) => findTenant(db, tenantId)))
}

function isStale(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'REVISION_STALE'
}
