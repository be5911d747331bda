import { createHash } from 'node:crypto'
import type { Host, RecoverAs, RecoverPlan } from '../../contract/host.ts'
import { compareMemory, planCloseAgain, planRecovery, type RecoverStep } from '../../core/plan/put-back.ts'
import { fail } from '../../domain/problem-error.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'
import { findHost } from '../adapters/store/hosts.ts'
import type { ServiceContext } from '../services/context.ts'
import { parseFit } from '../services/host/choose-fit.ts'
import { requireHost } from '../services/host/find-host.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { requireFiltered, requirePrepared } from '../services/host/require-prepared.ts'
import { takeNames } from '../services/host/take-over.ts'
import { viewHost } from '../services/host/view-host.ts'
import { withdrawCutOff } from '../services/operation/end-cut-off.ts'
import { beginOperation, endOperation } from '../services/operation/operation-log.ts'
import { toProblem } from '../services/operation/to-problem.ts'
import { type Reporter, stopIfCancelled } from '../services/progress.ts'
import type { LedgerRecord } from '../services/tenant/ledger.ts'
import { observeRecords } from '../services/tenant/observe-tenants.ts'
import { giveToHost, takeFromHost } from './apply-recovery.ts'
import { closeAgain } from './close-again.ts'
import { observeMemory, type SeenMemory } from './host-memory.ts'
import { observeDoubtful } from './observe-doubtful.ts'
import { followPutBack } from './put-back.ts'
import { requireRange } from './require-range.ts'
import { requireNoDoubt } from './same-server.ts'

interface Choice {
  readonly name: string
  readonly as: RecoverAs
}

/** A plan, and what it was made from. */
interface Drafted extends RecoverPlan {
  readonly steps: RecoverStep[]
  /** The host's records by tenant id, as they were seen for it. */
  readonly records: ReadonlyMap<string, TenantRecord>
}

/**
 * The steps that would settle a host that was put back, towards the state that counts: the panel's or the host's own.
 * Nothing is changed, except that access is closed again as at every look.
 * @throws ProblemError RANGE_PUT_BACK; of the connection or the helper
 */
export async function planRecoverHost(context: ServiceContext, choice: Choice): Promise<RecoverPlan> {
  const { fingerprint, steps } = await draft(context, await openHost(context, choice.name), choice)
  return { fingerprint, steps: steps.map(({ kind, sentence }) => ({ kind, sentence })) }
}

/**
 * Settles it exactly as the plan with that fingerprint said; afterwards store and host have the same.
 * @throws ProblemError PLAN_STALE, CONFIRMATION_NEEDED, RANGE_PUT_BACK, and whatever kept a step from being done
 */
export async function recoverPutBack(
  context: ServiceContext,
  choice: Choice & { readonly fingerprint: string; readonly confirmed: boolean },
  report: Reporter,
): Promise<Host> {
  const access = await openHost(context, choice.name)
  const { host } = access
  await context.inTurn(`recover ${host.id}`, async () => {
    const drafted = await draft(context, access, choice)
    const { steps, fingerprint } = drafted
    if (fingerprint !== choice.fingerprint) fail({ code: 'PLAN_STALE', details: { host: host.name } })
    if (!choice.confirmed && steps.length > 0) {
      const loses = `${steps.map(({ sentence }) => sentence).join('. ')}.`
      fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
    }
    if (steps.length > 0) await applySteps(context, access, choice.as, drafted, report)
  })
  await followPutBack(context, access, await observeRecords(access))
  withdrawCutOff(context, 'host recover', host.name)
  return context.store.read((db) => viewHost(db, findHost(db, host.id) ?? host))
}

async function openHost(context: ServiceContext, name: string): Promise<HostAccess> {
  const host = await context.store.read((db) => requireHost(db, name))
  requirePrepared(host)
  requireFiltered(host)
  return context.hosts.access(host)
}

/** A host that does not wait for an answer has nothing to be settled: what differs there is another panel's work. */
async function draft(context: ServiceContext, access: HostAccess, { as }: Choice): Promise<Drafted> {
  const records = await observeRecords(access)
  await followPutBack(context, access, records)
  const isMarked = await context.store.read((db) => {
    requireNoDoubt(db, access.host.id)
    return (findHost(db, access.host.id)?.putBack ?? null) !== null
  })
  const { known, memory } = await observeClosed(context, access)
  const differences = isMarked ? compareMemory(known, memory) : []
  if (as === 'panel') await requireRange(context, access, known, differences)
  const concerned = differences.flatMap(({ tenantId }) => records.get(tenantId) ?? [])
  const { unfit } = await parseFit(context, access.host, as === 'host' ? concerned : [])
  const steps = planRecovery(as, access.host.name, differences, new Set(unfit.map(({ id }) => id)))
  const basis = steps.map((step) => [step, memory.records.get(step.tenantId) ?? null])
  return {
    ...{ steps, records: memory.records },
    fingerprint: createHash('sha256')
      .update(JSON.stringify([as, basis]))
      .digest('hex'),
  }
}

/**
 * The memory of a host once all is closed again on it: with an entry that stays there, the host's state would let somebody
 * in whom this panel had shut out.
 * @throws ProblemError whatever keeps the host from closing it
 */
async function observeClosed(context: ServiceContext, access: HostAccess): Promise<SeenMemory> {
  const seen = await observeMemory(context, access)
  const again = planCloseAgain(seen.known, seen.memory)
  if (seen.host.putBack === null || again.length === 0) return seen
  const { left } = await closeAgain(context, access, again)
  const [first] = left
  if (first !== undefined) fail(first.problem)
  return observeMemory(context, access)
}

async function applySteps(
  context: ServiceContext,
  access: HostAccess,
  as: RecoverAs,
  { steps, records: planned }: Pick<Drafted, 'steps' | 'records'>,
  report: Reporter,
): Promise<void> {
  const { host } = access
  const subject = { kind: 'host recover', host, tenant: null, after: { as } }
  const operation = await context.store.write((db) => beginOperation(db, context, subject, steps))
  let stepsDone = 0
  const settle = (step: RecoverStep): Promise<void> => {
    const record = planned.get(step.tenantId) ?? null
    return context.inTurn(step.tenantId, () =>
      as === 'panel'
        ? giveToHost(context, access, operation.id, step, record)
        : takeFromHost(context, access, step, record),
    )
  }
  await context.running.enter(operation, report, true, async (report) => {
    try {
      for (const [index, step] of steps.entries()) {
        // Each tenant is settled by itself: of those that are left, the question stays.
        stopIfCancelled(report, `recovering ${host.name}`)
        await reportStep(report, `${index} ${step.kind}`, step, settle)
        stepsDone += 1
      }
      report.pastStopping()
      const taken = as === 'host' ? await observeRecords(access) : new Map<string, LedgerRecord>()
      const records = steps.flatMap(({ tenantId }) => taken.get(tenantId) ?? [])
      const { fit } = await parseFit(context, host, records)
      const doubtful = await observeDoubtful(context, host, fit)
      await context.store.write((db) => {
        takeNames(db, host, fit, doubtful)
        endOperation(db, context.now(), operation, { kind: 'done' })
      })
    } catch (error) {
      report.pastStopping()
      const problem = toProblem(context.log, error)
      await context.store.write((db) =>
        endOperation(db, context.now(), operation, { kind: 'failed', problem, stepsDone }),
      )
      throw error
    }
  })
}

/** The sentence of a step names its tenant, which why it failed may not. */
async function reportStep(
  report: Reporter,
  key: string,
  step: RecoverStep,
  settle: (step: RecoverStep) => Promise<void>,
): Promise<void> {
  report.started(key, step.sentence)
  try {
    await settle(step)
  } catch (error) {
    report.failed(key, step.sentence)
    throw error
  }
  report.done(key, step.sentence)
}
