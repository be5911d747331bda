import type { Host, PreparePlan } from '../../../contract/host.ts'
import { describeAfterUndo } from '../../../core/host/describe-saved.ts'
import { containerName } from '../../../domain/host-names.ts'
import type { PortRange } from '../../../domain/port-range.ts'
import { describePrepareAction, type PrepareAction } from '../../../domain/prepare-plan.ts'
import { fail } from '../../../domain/problem-error.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import { findHost, forgetServer, type StoredHost, updateHost } from '../../adapters/store/hosts.ts'
import { listRestingPorts, type RestingPort } from '../../adapters/store/resting-ports.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import { countTenants, findTenant } from '../../adapters/store/tenants.ts'
import {
  followServer,
  requireNoDoubt,
  requireNotReplaced,
  settleServer,
} from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { withdrawCutOff } from '../operation/end-cut-off.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type Reporter, stopIfCancelled } from '../progress.ts'
import { getSettings } from '../settings/settings.ts'
import { keptBackMs } from '../tenant/loopback-ledger.ts'
import { adoptRecords } from './adopt-records.ts'
import { createPrepareSteps, type PrepareSteps } from './apply-prepare.ts'
import { requireHost } from './find-host.ts'
import type { HostAccess } from './host-pool.ts'
import { knownModeOf } from './known-mode.ts'
import { observeFilter } from './observe-filter.ts'
import { attempt } from './observe-host.ts'
import { type DraftedPrepare, draftPrepare, type PrepareChoices } from './plan-prepare.ts'
import { viewHost } from './view-host.ts'

/**
 * The steps that preparing, or taking away, would take.
 * @throws ProblemError HOST_HAS_TENANTS, SERVER_TWICE, FIREWALL_SAVED when all is to be taken away, before anybody is asked for a password
 */
export async function planPrepareHost(
  context: ServiceContext,
  input: PrepareChoices & { name: string },
): Promise<PreparePlan> {
  const host = await context.store.read((db) => requireHost(db, input.name))
  const drafted = await draft(context, context.hosts.access(host), input)
  if (input.undo === true) await requireFree(context, host, drafted, input.keepSaved === true)
  return drafted.plan
}

export interface PrepareInput extends PrepareChoices {
  readonly name: string
  readonly fingerprint: string
  readonly confirmed: boolean
  readonly sudoPassword?: string | undefined
}

/**
 * Sets a host up, or takes everything away again, exactly as the plan with that fingerprint said.
 * @throws ProblemError PLAN_STALE, HOST_HAS_TENANTS, SERVER_TWICE, FIREWALL_SAVED, CONFIRMATION_NEEDED, SUDO_PASSWORD_NEEDED, PREPARE_FAILED, …
 */
export async function prepareHost(
  context: ServiceContext,
  input: PrepareInput,
  report: Reporter,
): Promise<Host> {
  const { id } = await context.store.read((db) => requireHost(db, input.name))
  return context.inTurn(`host ${id}`, async () => {
    // Read in the turn: another prepare may have changed what is known of it.
    const host = await context.store.read((db) => requireHost(db, input.name))
    const access = context.hosts.access(host)
    const drafted = await draft(context, access, input)
    if (drafted.plan.fingerprint !== input.fingerprint)
      fail({ code: 'PLAN_STALE', details: { host: host.name } })
    if (input.undo === true) {
      await requireFree(context, host, drafted, input.keepSaved === true)
      requireConfirmed(host, drafted.plan, input.confirmed)
    } else requireKnown(drafted.plan, input.confirmed)
    const root = chooseRoot(host, drafted, input.sudoPassword)
    const resting = await readResting(context, host)
    await applyActions(
      context,
      access,
      drafted,
      createPrepareSteps(access, drafted, root, resting),
      input.undo === true,
      report,
    )
    return finish(context, host, drafted, input.undo === true)
  })
}

async function draft(
  context: ServiceContext,
  access: HostAccess,
  choices: PrepareChoices,
): Promise<DraftedPrepare> {
  const { host } = access
  await requireServer(context, access)
  const known = await context.store.read((db) => knownModeOf(db, host))
  return draftPrepare(access, choices, known, await findUsualRange(context, host))
}

/**
 * Nothing is set up on another server than the one that the host was; one without a registry has no name of its own yet.
 * @throws ProblemError SERVER_REPLACED
 */
async function requireServer(context: ServiceContext, access: HostAccess): Promise<void> {
  const { id, registryId } = access.host
  if (registryId === null) return
  const hello = await attempt(access.helper.request<'hello'>({ op: 'hello' }))
  if (hello.kind === 'failed' || hello.value.hostId === null) return
  await settleServer(context, access, hello.value.hostId)
  await context.store.read((db) => requireNotReplaced(db, id))
}

/** A host that was prepared before keeps its range, also where no helper remembers it. */
async function findUsualRange(context: ServiceContext, host: StoredHost): Promise<PortRange> {
  return host.mode === 'unknown'
    ? (await getSettings(context)).portRange
    : { from: host.rangeFrom, to: host.rangeTo }
}

function readResting({ store, now }: ServiceContext, { id }: StoredHost): Promise<RestingPort[]> {
  const since = new Date(now().getTime() - keptBackMs).toISOString()
  return store.read((db) => listRestingPorts(db, id, { since, now: now().toISOString() }))
}

/** Nothing there needs what would be taken away. */
async function requireFree(
  context: ServiceContext,
  host: StoredHost,
  drafted: DraftedPrepare,
  keepSaved: boolean,
): Promise<void> {
  await requireEmpty(context, host, drafted)
  const { helper } = drafted.seen
  const [saved] = helper.kind === 'ok' ? helper.value.saved : []
  if (saved !== undefined && !keepSaved)
    fail({ code: 'FIREWALL_SAVED', details: { host: host.name, ...saved } })
}

async function requireEmpty(
  { store }: ServiceContext,
  host: StoredHost,
  { seen }: DraftedPrepare,
): Promise<void> {
  const containers = seen.docker.kind === 'ok' ? seen.docker.value.tenants : []
  const records = seen.helper.kind === 'ok' ? seen.helper.value.tenants : 0
  // Its tenants count as those of the server that it has the records of: deleted, they would go there.
  if (containers.length + records > 0) await store.read((db) => requireNoDoubt(db, host.id))
  if (containers.length > 0) {
    const details = await store.read((db) => {
      const isCopied = (id: string): boolean => (findTenant(db, id)?.hostId ?? host.id) !== host.id
      const copied = containers.filter(isCopied).map(containerName)
      // A tenant of another panel has no name here.
      const tenants = containers.filter((id) => !isCopied(id)).map((id) => findTenant(db, id)?.name ?? id)
      return { host: host.name, tenants, ...(copied.length === 0 ? {} : { containers: copied }) }
    })
    fail({ code: 'HOST_HAS_TENANTS', details })
  }
  if (records > 0) {
    // Its helper counts them; Docker, which would say which, has none of them or does not answer.
    fail({ code: 'HOST_HAS_TENANTS', details: { host: host.name, tenants: [], count: records } })
  }
}

function requireConfirmed(host: StoredHost, { saved }: PreparePlan, confirmed: boolean): void {
  if (confirmed) return
  const files = saved.map(({ path }) => ` ${path} stays as it is. ${describeAfterUndo(path)}`)
  const loses = `Everything of Memharbor on ${host.name} is taken away, and its ports are not closed any more.${files.join('')}`
  fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
}

/** Where a saved firewall names the filter, somebody has read that before there is more of it. */
function requireKnown({ saved, steps }: PreparePlan, confirmed: boolean): void {
  if (confirmed || steps.length === 0 || saved.length === 0) return
  const loses = saved.map(({ sentence, advice }) => `${sentence} ${advice}`).join(' ')
  fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
}

function chooseRoot(
  host: StoredHost,
  { seen, plan, loopback }: DraftedPrepare,
  password: string | undefined,
) {
  if (loopback !== null) return { kind: 'none' } as const
  const user = seen.facts.kind === 'ok' ? seen.facts.value.user : 'this user'
  // Nothing is begun, and no sudo started, without what it will ask for.
  if (plan.needsSudoPassword && password === undefined)
    return fail({ code: 'SUDO_PASSWORD_NEEDED', details: { host: host.name, user } })
  return { kind: 'sudo', password } as const
}

async function applyActions(
  context: ServiceContext,
  access: HostAccess,
  { actions, loopback }: DraftedPrepare,
  steps: PrepareSteps,
  undo: boolean,
  report: Reporter,
): Promise<void> {
  const { host } = access
  if (actions.length === 0) return
  const sentences = actions.map((action) => ({ kind: action.kind, sentence: describePrepareAction(action) }))
  const subject = { kind: kindOf(undo), host, tenant: null }
  await steps.begin()
  const operation = await context.store
    .write((db) => beginOperation(db, context, subject, sentences))
    .catch((error: unknown) => {
      // The root session that was opened must not outlive an intent that was never saved.
      steps.close()
      throw error
    })
  let stepsDone = 0
  await context.running.enter(operation, report, true, async (report) => {
    try {
      for (const action of actions) {
        stopIfCancelled(report, `preparing ${host.name}`)
        await applyReported(action, steps, report)
        // The registry that is made next is another one, and this panel knows why.
        if (action.kind === 'uninstall') await context.store.write((db) => forgetServer(db, host.id))
        stepsDone += 1
      }
      if (!undo && loopback === null) await requireClosed(access)
      report.pastStopping()
      await context.store.write((db) => endOperation(db, context.now(), operation, { kind: 'done' }))
    } catch (error) {
      report.pastStopping()
      const problem = toProblem(context.log, error)
      await context.store.write((db) =>
        endOperation(db, context.now(), operation, { kind: 'failed', problem, stepsDone }),
      )
      throw error
    } finally {
      steps.close()
    }
  })
}

const kindOf = (undo: boolean): string => (undo ? 'host prepare --undo' : 'host prepare')

/** The mode is stored only after the host itself says that the range is closed, and has seen to the bridges made here. */
async function requireClosed(access: HostAccess): Promise<void> {
  await access.helper.request<'restore'>({ op: 'restore' })
  const { configured, baseInPlace } = await observeFilter(access)
  if (configured && baseInPlace) return
  const missing = ["the filter's base is not in place after the last step"]
  fail({ code: 'HOST_NOT_PREPARED', details: { host: access.host.name, missing } })
}

async function applyReported(action: PrepareAction, steps: PrepareSteps, report: Reporter): Promise<void> {
  const sentence = describePrepareAction(action)
  report.started(action.kind, sentence)
  try {
    const tell = (words: string): void => report.started(action.kind, `${sentence}: ${words}`)
    await steps.apply(action, tell, report.signal)
    report.done(action.kind, sentence)
  } catch (error) {
    report.failed(action.kind, sentence)
    throw error
  }
}

/** Remembers what the host is now, and takes in tenants that another panel made there. */
async function finish(
  context: ServiceContext,
  host: StoredHost,
  drafted: DraftedPrepare,
  undo: boolean,
): Promise<Host> {
  const { range, loopback } = drafted
  const mode = undo ? 'unknown' : loopback === null ? 'filtered' : 'loopback'
  const changes = {
    mode,
    modeReason: loopback?.reason ?? '',
    rangeFrom: range.from,
    rangeTo: range.to,
  } as const
  const prepared = await context.store.write((db) => {
    updateHost(db, host.id, changes)
    if (isFresh(drafted) && hasNothingHere(db, host.id)) forgetServer(db, host.id)
    return findHost(db, host.id) ?? { ...host, ...changes }
  })
  withdrawCutOff(context, kindOf(undo), host.name)
  // An access remembers of the host its range, its image and how tenants are kept there: all may be old now.
  if (drafted.actions.length > 0 || mode !== host.mode) context.hosts.retire(host.id)
  if (mode === 'filtered') {
    const access = context.hosts.access(prepared)
    if ((await followServer(context, access)) === null) await adoptRecords(context, access, { isFirst: true })
  }
  return context.store.read((db) => viewHost(db, findHost(db, host.id) ?? prepared))
}

/** Whether the registry there has just been made, by this panel. */
function isFresh({ seen, actions }: DraftedPrepare): boolean {
  const hadOne = seen.helper.kind === 'ok' && seen.helper.value.configured
  return !hadOne && actions.some(({ kind }) => kind === 'close-range' || kind === 'renew-records')
}

/** Whether it means nothing to this store which server the host is. */
function hasNothingHere(db: StoreDb, hostId: string): boolean {
  return countTenants(db, hostId) === 0 && listPendingClosings(db, hostId).length === 0
}
