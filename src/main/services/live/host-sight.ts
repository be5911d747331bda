import type { HostStatus } from '../../../contract/panel.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import type { TenantSight } from '../../../domain/tenant-view.ts'
import { withLimit } from '../../adapters/limit.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { isAway } from '../host/is-away.ts'
import { tellLeftOut } from '../host/observe-input.ts'
import { toProblem } from '../operation/to-problem.ts'
import { observeInTime } from '../tenant/observe-in-time.ts'
import { observeListening } from '../tenant/observe-listening.ts'
import { type ObservedTenants, observeCarriers, type SeenTenants } from '../tenant/observe-tenants.ts'
import { listAddresses, observeAddresses } from '../tenant/view-tenants.ts'

/** A whole look, and what was seen of single tenants since. */
interface Seen {
  readonly whole: SeenTenants
  readonly since: Map<string, TenantSight>
}

/** The state of a host by the last look at it. */
export type HostSight = Pick<HostStatus, 'connection' | 'why' | 'problem'> & {
  readonly addresses: readonly string[]
  /** Which family is not among them because the host drops its clients. */
  readonly leftOut: { readonly leftOut?: string }
  /** The reason given for its tenants where nothing could be seen. */
  readonly whyUnseen: string
  /** Undefined where nothing could be seen. */
  readonly seen: Seen | undefined
}

/** Before the first look: what the store knows. */
export function unseen(access: HostAccess): HostSight {
  const addresses = listAddresses(access)
  const whyUnseen = 'Not looked at yet.'
  const leftOut = tellLeftOut(access)
  return { connection: 'unknown', why: '', problem: '', addresses, leftOut, whyUnseen, seen: undefined }
}

/** A whole look at a host; a failure is an answer too. What was observed comes with it, for who goes on from there. */
export async function lookAtHost(
  context: ServiceContext,
  host: StoredHost,
): Promise<{ sight: HostSight; observed: ObservedTenants | undefined }> {
  const access = context.hosts.access(host)
  try {
    // A host that is not prepared has nothing to show but itself.
    if (host.mode === 'unknown') {
      const limit = { host: host.name, action: 'connect to it', timeoutMs: access.timeLimits.lookMs }
      await withLimit(limit, () => access.link.connect())
      const whyUnseen = 'Its host is not prepared.'
      const sight = { ...unseen(access), connection: 'connected', whyUnseen } as const
      return { sight, observed: undefined }
    }
    const [observed, addresses] = await observeInTime(access, observeAddresses)
    const seen = { whole: observed, since: new Map<string, TenantSight>() }
    const reach = { addresses, leftOut: tellLeftOut(access) }
    const sight = { connection: 'connected', why: '', problem: '', whyUnseen: '', ...reach, seen } as const
    return { sight, observed }
  } catch (error) {
    // The host was edited meanwhile, and this way to it was closed: the new one counts.
    if (context.hosts.access(host) !== access) return lookAtHost(context, host)
    return { sight: describeFailure(context, access, error), observed: undefined }
  }
}

/** A host of which nothing could be seen, and why. */
export function describeFailure(context: ServiceContext, access: HostAccess, error: unknown): HostSight {
  // A look ends while somebody is asked for a key; the login goes on, and the next look follows it.
  const problem = access.link.info().waits ?? toProblem(context.log, error)
  const { message, advice } = describeProblem(problem)
  return {
    connection: isAway(access, problem) ? 'unreachable' : 'connected',
    why: [message, advice].filter((sentence) => sentence !== '').join(' '),
    problem: problem.code,
    whyUnseen: message,
    addresses: listAddresses(access),
    leftOut: tellLeftOut(access),
    seen: undefined,
  }
}

/** Looks at single tenants and puts what is seen into the sight of their host. A failure changes nothing. */
export async function lookAtTenants(
  context: ServiceContext,
  host: StoredHost,
  { since, whole }: Seen,
  ids: readonly string[],
): Promise<boolean> {
  const access = context.hosts.access(host)
  const limit = { host: host.name, action: 'look at its tenant', timeoutMs: access.timeLimits.lookMs }
  const lookAt = async (id: string): Promise<void> => {
    const [{ containers, copies }, records, listening] = await withLimit(limit, () =>
      Promise.all([observeCarriers(access, id), access.ledger.observe(id), observeListening(access)]),
    )
    const record = records.find((each) => each.id === id)
    const around = { ...whole.around, listening, copies }
    const sight = { recorded: record !== undefined, container: containers.get(id) ?? null, around }
    since.set(id, { kind: 'seen', ...sight, filterOnly: record?.filterOnly })
  }
  const settled = await Promise.allSettled(ids.map(lookAt))
  return settled.every(({ status }) => status === 'fulfilled')
}

/** The part of a host's sight that is about one tenant. */
export function sightOf({ seen, whyUnseen, connection }: HostSight, tenantId: string): TenantSight {
  if (seen === undefined) return { kind: 'unreached', why: whyUnseen, isAway: connection === 'unreachable' }
  const { whole, since } = seen
  const container = whole.containers.get(tenantId) ?? null
  const { records, around } = whole
  const record = records.get(tenantId)
  const sight = { recorded: record !== undefined, container, around, filterOnly: record?.filterOnly }
  return since.get(tenantId) ?? { kind: 'seen', ...sight }
}
