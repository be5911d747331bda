import { describeProblem } from '../../../domain/describe-problem.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import {
  type DesiredTenant,
  describeTenantStep,
  type ObservedTenant,
  type TenantPlan,
  type TenantStep,
} from '../../../domain/tenant-plan.ts'
import { flushCache, limitCache } from '../../adapters/memcached/control.ts'
import { awaitVersion } from '../../adapters/memcached/version.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { stopIfCancelled } from '../progress.ts'
import type { ApplyTools, TenantPlace } from './apply-tools.ts'
import { closeConnection } from './close-connection.ts'
import type { CutConnections, Removed } from './ledger.ts'
import { requireRoom } from './require-room.ts'
import {
  ensureContainer,
  limitContainer,
  readLastWords,
  removeOwnContainer,
  restartContainer,
  startContainer,
} from './tenant-container.ts'
import { tryContainer } from './try-container.ts'
import { writeRecord } from './write-record.ts'

/** How long a started memcached may take to answer: it needs milliseconds, a host under load needs more. */
const answerWithinMs = 15_000

/** The state after a plan was carried out. */
export interface AppliedTenant {
  readonly place: TenantPlace | null
  readonly cut: CutConnections
  /** Null where no record was dropped. */
  readonly removed: Removed | null
}

/**
 * Carries out a plan and nothing else. The steps of a stage run side by side and are all waited for, so that nothing
 * still runs when a failure is answered with the way back. Cancelling stops it between stages until one was begun
 * that loses data; then it goes on to the end.
 * @throws ProblemError whatever the first failed step threw
 */
export async function applyTenantPlan(
  plan: TenantPlan,
  desired: DesiredTenant,
  observed: ObservedTenant,
  tools: ApplyTools,
): Promise<AppliedTenant> {
  let place: TenantPlace | null = observed.record
  let cut: CutConnections = []
  let removed: Removed | null = null
  const { access, report } = tools
  let stop: AbortSignal | undefined = report.signal

  const reserve = async (operationId: string): Promise<TenantPlace> => {
    const { existed, ...reserved } = await access.ledger.reserve(operationId, desired, desired.port)
    if (!existed || tools.isNew !== true) return reserved
    const details = { tenant: desired.name, host: access.host.name, why: 'there', reason: '' } as const
    return fail({ code: 'NOT_RESTORABLE', details })
  }

  const applyStep = async (step: TenantStep): Promise<void> => {
    const operationId = `${tools.operationId}-${step.kind}`
    switch (step.kind) {
      case 'reserve-port':
        place = await reserve(operationId)
        return tools.onReserved(place)
      case 'write-record': {
        const written = await writeRecord(tools, operationId, desired, step.open, requirePlace(place))
        place = written.place
        cut = written.cut
        return
      }
      case 'try-container':
        // The first network is there on each prepared host, also for a tenant whose record is lost.
        return tryContainer(access, { ...desired, image: step.image }, place?.network ?? 1)
      case 'create-container':
        return ensureContainer(access, desired, atWantedPort(desired, requirePlace(place)))
      case 'start-container':
        return startContainer(access, desired.id)
      case 'await-answer':
        return awaitAnswer(access, desired, atWantedPort(desired, requirePlace(place)).port, stop)
      case 'restart-container':
        return restartContainer(access, desired.id)
      case 'limit-container':
        if (step.memoryMb < (observed.container?.memoryMb ?? 0)) {
          // Where the host reminds caches of their size, it may have done so before the record had this one.
          if (observed.container?.commandMemoryMb !== null)
            await limitCache(access.link, requirePlace(place).port, step.memoryMb)
          await requireRoom(access, desired, step.memoryMb)
        }
        return limitContainer(access, desired.id, step.memoryMb)
      case 'limit-cache':
        return limitCache(access.link, requirePlace(place).port, step.memoryMb, stop)
      case 'flush-cache':
        return flushCache(access.link, requirePlace(place).port)
      case 'close-connection':
        return closeConnection(access, desired.id, step)
      case 'remove-container':
        return removeOwnContainer(access, desired.id)
      case 'drop-record':
        removed = await access.ledger.remove(
          operationId,
          desired.id,
          place?.revision ?? null,
          tools.releasedPort,
        )
        return
    }
  }

  let lossy = false
  for (const stage of plan) {
    // Lost data cannot be taken back, so from then on the way to the end is the shorter one.
    if (!lossy) stopIfCancelled(report, `the change of ${desired.name}`)
    lossy ||= stage.some(({ kind }) => isLossy(kind))
    if (lossy) {
      stop = undefined
      report.pastStopping()
    }
    const failures: unknown[] = []
    await Promise.all(stage.map((step) => reportStep(step, desired, tools, applyStep, failures)))
    if (failures.length > 0) throw joinFailures(failures)
  }
  report.pastStopping()
  return { place, cut, removed }
}

function isLossy(kind: TenantStep['kind']): boolean {
  return kind === 'remove-container' || kind === 'restart-container' || kind === 'flush-cache'
}

/** @param failures of the stage so far, in the order of time; a failure of this step is added */
async function reportStep(
  step: TenantStep,
  desired: DesiredTenant,
  { report, access, atPoint }: ApplyTools,
  applyStep: (step: TenantStep) => Promise<void>,
  failures: unknown[],
): Promise<void> {
  const sentence = describeTenantStep(step, desired.name, access.host.name)
  report.started(step.kind, sentence)
  try {
    await atPoint(`before ${step.kind}`)
    await applyStep(step)
    await atPoint(`after ${step.kind}`)
    report.done(step.kind, sentence)
  } catch (error) {
    // The first is why the work failed; the others are told at their steps.
    const isTold = failures.some((other) => other instanceof ProblemError)
    failures.push(error)
    report.failed(step.kind, isTold ? withReason(sentence, error) : sentence)
  }
}

function withReason(sentence: string, error: unknown): string {
  return error instanceof ProblemError ? `${sentence}: ${describeProblem(error.problem).message}` : sentence
}

/** The first problem counts for people; the log gets all of them. */
function joinFailures(failures: readonly unknown[]): unknown {
  const first = failures.find((failure) => failure instanceof ProblemError)
  if (failures.length === 1) return failures[0]
  const all = new AggregateError(failures, 'several steps failed')
  return first === undefined ? all : new ProblemError(first.problem, { cause: all })
}

/** The plan reserves before it builds; anything else is a defect of the plan. */
function requirePlace(place: TenantPlace | null): TenantPlace {
  if (place === null) throw new Error('the plan uses a port that it did not reserve')
  return place
}

/** Beside a change of port the record and the container are written at the same time. */
function atWantedPort(desired: DesiredTenant, place: TenantPlace): TenantPlace {
  return { ...place, port: desired.port ?? place.port }
}

async function awaitAnswer(
  access: HostAccess,
  tenant: DesiredTenant,
  port: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await awaitVersion(access.link, port, {
      withinMs: answerWithinMs,
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'TIMED_OUT') throw error
    const log = await readLastWords(access, tenant.id)
    const details = { tenant: tenant.name, host: access.host.name, port, waitedMs: answerWithinMs, log }
    fail({ code: 'TENANT_SILENT', details }, error)
  }
}
