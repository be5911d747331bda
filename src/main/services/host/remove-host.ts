import { setTimeout as pause } from 'node:timers/promises'
import { describeClosing } from '../../../core/plan/closing.ts'
import { describeLeftOpen } from '../../../core/plan/describe-forgotten.ts'
import { fail } from '../../../domain/problem-error.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import { deleteHost, type StoredHost } from '../../adapters/store/hosts.ts'
import { listOperations } from '../../adapters/store/operations.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { listTenantNames } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import { cutOff } from '../operation/end-cut-off.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { requireHost } from './find-host.ts'

interface RemoveInput {
  readonly name: string
  readonly forget: boolean
  readonly confirmed?: boolean | undefined
}

/** Names of the tenants that go on there without this panel. */
interface ForgottenTenants {
  readonly forgotten: string[]
  /** Tenants among them whose delete is not finished. */
  readonly unfinished: string[]
}

/** From one look for work that is under way to the next, in milliseconds. */
const betweenLooksMs = 50

/**
 * Forgets a host, after what is being done there. With tenants on it that is refused, unless they shall go on there without this panel: the host keeps
 * them and their allowlists, and adding it again brings them back.
 * @throws ProblemError HOST_HAS_TENANTS; CONFIRMATION_NEEDED where somebody whose access was taken away may still get in
 */
export async function removeHost(context: ServiceContext, input: RemoveInput): Promise<ForgottenTenants> {
  while (true) {
    const host = await context.store.read((db) => requireHost(db, input.name))
    await context.running.whenIdle(host.id)
    const removed = await context.store.write((db) =>
      isBusy(db, host.id) ? undefined : remove(context, db, input),
    )
    if (removed !== undefined) {
      context.hosts.retire(host.id)
      return removed
    }
    await pause(betweenLooksMs)
  }
}

/** Work that has just been written down and counts as running in a moment. */
function isBusy(db: StoreDb, hostId: string): boolean {
  return listOperations(db, { hostId, outcome: 'running', limit: 1 }).length > 0
}

/** Nothing is tried any more on a host that is forgotten: what was not carried out there has failed. */
function endUnsettled({ now, notices }: ServiceContext, db: StoreDb, hostId: string): void {
  for (const { closing, operation } of listPendingClosings(db, hostId)) {
    const tenant = operation.tenantName ?? ''
    notices.add(
      `${tenant} was forgotten open: ${describeClosing(closing, tenant, 'gerund')} was never in force.`,
    )
  }
  for (const operation of listOperations(db, { hostId, unsettled: true })) {
    const problem = operation.problem ?? cutOff
    endOperation(db, now(), operation, { kind: 'failed', problem, stepsDone: 0 })
  }
}

/** @throws ProblemError CONFIRMATION_NEEDED */
function requireNoneLeftOpen(db: StoreDb, { id, name }: Pick<StoredHost, 'id' | 'name'>): void {
  const open = listPendingClosings(db, id).map(({ closing, operation }) => ({
    closing,
    tenant: operation.tenantName ?? '',
  }))
  if (open.length > 0) fail({ code: 'CONFIRMATION_NEEDED', details: { loses: describeLeftOpen(name, open) } })
}

function remove(
  context: ServiceContext,
  db: StoreDb,
  { name, forget, confirmed }: RemoveInput,
): ForgottenTenants {
  const host = requireHost(db, name)
  const tenants = listTenantNames(db, host.id)
  const forgotten = tenants.map((tenant) => tenant.name)
  const unfinished = tenants.filter(({ phase }) => phase === 'deleting').map((tenant) => tenant.name)
  if (forgotten.length > 0 && !forget) {
    fail({ code: 'HOST_HAS_TENANTS', details: { host: host.name, tenants: forgotten } })
  }
  if (confirmed !== true) requireNoneLeftOpen(db, host)
  endUnsettled(context, db, host.id)
  deleteHost(db, host.id)
  const subject = { kind: 'host remove', host, tenant: null, before: forgotten }
  const steps = [{ kind: 'forget', sentence: `Forget ${host.name}` }]
  endOperation(db, context.now(), beginOperation(db, context, subject, steps), { kind: 'done' })
  return { forgotten, unfinished }
}
