import type { CheckLine, Host } from '../../../contract/host.ts'
import { type CopiedTenant, describeCopied } from '../../../core/host/describe-copied.ts'
import { describeDown, judgeStart } from '../../../core/host/describe-down.ts'
import { describeUnclosed } from '../../../core/host/describe-unclosed.ts'
import { findShut } from '../../../core/host/input.ts'
import { withoutOwnClosings } from '../../../core/host/without-own-closings.ts'
import type { Closing } from '../../../core/plan/closing.ts'
import { describeDocker, describeReach, describeSystem } from '../../../domain/docker-checks.ts'
import { listEndpointAddresses } from '../../../domain/endpoint.ts'
import {
  describeChecks,
  describeLoginOf,
  describePutBack,
  describeServer,
  describeSetup,
  isReady,
} from '../../../domain/host-checks.ts'
import type { KnownMode } from '../../../domain/host-mode.ts'
import type { HostObservation } from '../../../domain/host-observation.ts'
import { listTaken } from '../../../domain/listener-checks.ts'
import { bundledHelper } from '../../adapters/prepare/bundled-helper.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import { findHost } from '../../adapters/store/hosts.ts'
import { groupBy, type StoreDb } from '../../adapters/store/rows.ts'
import { findTenant, listTenantNames } from '../../adapters/store/tenants.ts'
import { closeBeforeReading } from '../../reconcile/close-later.ts'
import { tryFollowPutBack } from '../../reconcile/put-back.ts'
import type { ServiceContext } from '../context.ts'
import { observeRecords } from '../tenant/observe-tenants.ts'
import { requireHost } from './find-host.ts'
import type { HostAccess } from './host-pool.ts'
import { knownModeOf } from './known-mode.ts'
import { beginLook, observeHost } from './observe-host.ts'
import { viewHost } from './view-host.ts'
import { viewPending } from './view-pending.ts'

/** The parts that a host has and those that it lacks, in plain words. Nothing is changed. */
export async function checkHost(
  context: ServiceContext,
  input: { name: string },
): Promise<{ host: Host; ready: boolean; lines: CheckLine[] }> {
  const opened = await openCheck(context, input.name)
  const look = await observeHost(opened.access)
  const told = describeChecks(...describeInput(opened, look))
  const { view, followed } = await viewFollowed(context, opened, look)
  const lines = [...told, ...followed]
  return { host: view, ready: isReady(lines), lines }
}

/** The same, each line as soon as it is known, and whether tenants can be created at the end. */
export async function* watchCheck(
  context: ServiceContext,
  input: { name: string },
): AsyncGenerator<CheckLine, { host: Host; ready: boolean }> {
  const opened = await openCheck(context, input.name)
  const { access } = opened
  const look = await beginLook(access)
  const told: CheckLine[] = []
  const tell = function* (lines: readonly CheckLine[]): Generator<CheckLine> {
    told.push(...lines)
    yield* lines
  }
  yield* tell(describeReach(look))
  const facts = await look.facts
  const { login } = access.link.info()
  yield* tell([...describeSystem(facts), ...describeLoginOf({ facts, login })])
  const docker = await look.docker
  await look.ways
  const { docker: dockerRoute, isRelayed: portsRelayed = false, isCrowded = false } = access.link.info()
  yield* tell(describeDocker({ host: access.host.name, facts, docker, dockerRoute, portsRelayed, isCrowded }))
  const whole = await look.whole
  yield* tell(describeSetup(...describeInput(opened, whole)))
  const { view, followed } = await viewFollowed(context, opened, whole)
  yield* tell(followed)
  return { host: view, ready: isReady(told) }
}

/** The host as the store has it after a look whether it was put back and a try to close what is to be closed there. */
async function viewFollowed(
  context: ServiceContext,
  opened: OpenedCheck,
  look: HostObservation,
): Promise<{ view: Host; followed: CheckLine[] }> {
  const { access } = opened
  const { host } = access
  const closing = closeBeforeReading(context, access)
  if (host.mode === 'filtered') {
    // The other lines already say why the records cannot be read.
    const records = await observeRecords(access).catch(() => undefined)
    if (records !== undefined) await tryFollowPutBack(context, access, records)
  }
  await closing
  return context.store.read((db) => {
    const view = viewHost(db, findHost(db, host.id) ?? host)
    const copied = listCopied(db, opened, look, view)
    const down = [
      ...describeCopied(view.name, copied),
      ...describeDownThere(context, opened, look, view, new Set(copied.map(({ id }) => id))),
    ]
    const unclosed = describeUnclosed(viewPending(db, host.id))
    return { view, followed: [...down, ...describeServer(view), ...describePutBack(view), ...unclosed] }
  })
}

/**
 * Tenants that this store has on another host and whose containers are here, without a record. Only of a server that is
 * nobody's twin by its records: else they could be the tenants' own.
 */
function listCopied(
  db: StoreDb,
  { access: { host }, tenants }: OpenedCheck,
  { docker, helper }: HostObservation,
  view: Host,
): CopiedTenant[] {
  const isOwn = view.mode === 'filtered' && view.server === null
  if (!isOwn || docker.kind === 'failed' || helper.kind === 'failed' || !helper.value.configured) return []
  const known = new Set([...helper.value.places, ...tenants].map(({ id }) => id))
  return docker.value.tenants.flatMap((id) => {
    const tenant = known.has(id) ? undefined : findTenant(db, id)
    if (tenant === undefined || tenant.phase === 'deleted' || tenant.hostId === host.id) return []
    const home = findHost(db, tenant.hostId)?.name ?? ''
    return [{ id, name: tenant.name, home }]
  })
}

/** The lines about tenants that do not run, but for those that are being changed. */
function describeDownThere(
  { running }: ServiceContext,
  { tenants }: OpenedCheck,
  look: HostObservation,
  view: Host,
  copied: ReadonlySet<string>,
): CheckLine[] {
  const { docker, helper } = look
  if (docker.kind === 'failed') return []
  const down = docker.value.down.filter((id) => !running.isBusy(id) && !copied.has(id))
  const stored = tenants.map((each) => ({ ...each, present: each.present && !running.isBusy(each.id) }))
  const recorded =
    helper.kind === 'ok' ? helper.value.places.map((each) => ({ ...each, present: false })) : []
  const asked = new Set(view.putBack?.tenants ?? [])
  return describeDown({ ...docker.value, down }, [...recorded, ...stored], listTaken(look), (ended) =>
    judgeStart(
      view,
      helper,
      ended.some((name) => asked.has(name)),
    ),
  )
}

interface OpenedCheck {
  readonly access: HostAccess
  readonly known: KnownMode
  /** Access that this panel has taken away and tries again, by tenant ids. */
  readonly pending: ReadonlyMap<string, readonly Closing[]>
  /** The tenants of the store: those that are present should run there. */
  readonly tenants: readonly { readonly id: string; readonly name: string; readonly present: boolean }[]
}

async function openCheck(context: ServiceContext, name: string): Promise<OpenedCheck> {
  const { host, ...rest } = await context.store.read((db) => {
    const host = requireHost(db, name)
    const byTenant = groupBy(listPendingClosings(db, host.id), ({ operation }) => operation.tenantId ?? '')
    const pending = new Map([...byTenant].map(([id, each]) => [id, each.map(({ closing }) => closing)]))
    const tenants = listTenantNames(db, host.id).map(({ id, name, phase }) => ({
      ...{ id, name, present: phase === 'present' },
    }))
    return { host, known: knownModeOf(db, host), pending, tenants }
  })
  return { access: context.hosts.access(host), ...rest }
}

function describeInput(
  { access: { host, seen }, known, pending }: OpenedCheck,
  look: HostObservation,
): Parameters<typeof describeChecks> {
  const facts = look.facts.kind === 'ok' ? look.facts.value : null
  const input = look.helper.kind === 'ok' ? look.helper.value.input : null
  const shut = facts === null ? [] : findShut(input, facts)
  const addresses = listEndpointAddresses(host.target, host.publicAddress, seen.dialled ?? null, facts, shut)
  return [withoutOwnClosings(look, pending), bundledHelper, addresses, known]
}
