import type { AllowEntry } from '../contract/allowlist.ts'
import type { Tenant, TenantState } from '../contract/tenant.ts'
import { isOpenToAnyone } from '../core/address/width.ts'
import { listNames } from '../core/sentence/list-names.ts'
import { describeOtherStart } from '../core/tenant/describe-start.ts'
import type { SeenEnd } from '../core/tenant/judge-end.ts'
import { judgeHealth } from '../core/tenant/judge-health.ts'
import { withoutOwn } from '../core/tenant/own-closings.ts'
import type { Vital } from '../core/tenant/vital.ts'
import { isAnyone, parseCidr } from './address.ts'
import { containerName } from './host-names.ts'
import type { SeenContainer } from './seen-container.ts'
import { countUsable } from './sizing.ts'
import {
  judgeCacheLimit,
  judgeChanged,
  judgeCopies,
  judgeFaults,
  judgeFilterOnly,
  judgeLoss,
  judgeNetworks,
  judgeRenamed,
  readLoss,
  type Surroundings,
  type ToldFault,
} from './tenant-faults.ts'

/** Where a tenant is in its life, as the store keeps it. */
export type TenantPhase = 'creating' | 'present' | 'deleting' | 'deleted'

/** A tenant as the store keeps it: what was asked for. */
export interface StoredTenant {
  readonly id: string
  readonly name: string
  readonly phase: TenantPhase
  readonly open: boolean
  readonly port: number | null
  readonly memoryMb: number
  readonly maxConnections: number
  readonly allow: readonly AllowEntry[]
  readonly notes: string
  readonly tags: readonly string[]
  readonly createdAt: string
  /** A part of its row in the store that cannot be read. */
  readonly unread?: string | undefined
}

/** A look at a tenant on its host, or why there was none. */
export type TenantSight =
  | {
      readonly kind: 'seen'
      readonly recorded: boolean
      readonly container: SeenContainer | null
      /** Absent where only the container was looked at. */
      readonly around?: Surroundings
      /** Access that its record names as closed in the filter only. */
      readonly filterOnly?: readonly string[] | undefined
    }
  | {
      readonly kind: 'unreached'
      readonly why: string
      /** The host was asked and is not reached, which is more than that its tenants cannot be seen. */
      readonly isAway?: boolean
    }

/** Work on a tenant, as this program and the store know it without a look at the host. */
export type TenantWork =
  | { readonly kind: 'none' }
  /** This program is making or deleting it right now. */
  | { readonly kind: 'under-way' }
  /** Work ended without its end: why, in a sentence with a full stop; null where it was cut off. */
  | { readonly kind: 'failed'; readonly why: string | null }

/**
 * The tenant for people: what was asked for, and beside it what was seen.
 * @param isPutBack its host was put back to an older state and has it otherwise than it was asked for
 * @param vital what its memcached said when it was asked last; undefined: it was not asked lately
 */
export function viewTenant(
  tenant: StoredTenant,
  host: string,
  addresses: readonly string[],
  sight: TenantSight,
  work: TenantWork = { kind: 'none' },
  pending: Tenant['pending'] = [],
  isPutBack = false,
  vital?: Vital,
): Tenant {
  const suspended = isSuspended(tenant)
  const known = judgeState(tenant, host, sight, work, pending)
  const so = suspended ? saySuspended(known, sight, pending) : known
  const judged = judgePending(so, tenant, host, pending)
  const told = listFaults(tenant, sight, pending, work.kind === 'none' ? vital : undefined)
  const { state, why } = isPutBack ? judgePutBack(judged, host) : judged
  const { openToAnyone, strange } = judgeList(tenant.allow)
  const leftover = state === 'failed' ? leftoverOf(tenant.phase) : null
  const faults = told.map(({ kind }) => kind)
  const { maxConnections } = tenant
  const usableConnections = judgeUsable(maxConnections, sight, vital)
  const { health, sentence } = judgeHealth({
    ...{ state, faults, vital, isLeftover: leftover !== null, maxConnections, usableConnections },
    isAway: sight.kind === 'unreached' && sight.isAway === true,
    container: sight.kind === 'seen' ? (sight.container?.state ?? null) : null,
  })
  const starts = sight.kind === 'seen' ? describeOtherStart(tenant, sight.container) : ''
  const lines = [why, sentence, ...told.map((fault) => fault.sentence), starts, strange]
  return {
    id: tenant.id,
    name: tenant.name,
    host,
    port: tenant.port,
    addresses: [...addresses],
    state,
    suspended,
    health,
    why: lines.filter((each) => each !== '').join('\n'),
    faults,
    lastLoss: sight.kind === 'seen' ? toLoss(readLoss(sight.container)) : null,
    leftover,
    memoryMb: tenant.memoryMb,
    maxConnections,
    usableConnections,
    allow: [...tenant.allow],
    openToAnyone,
    pending,
    notes: tenant.notes,
    tags: [...tenant.tags],
    createdAt: tenant.createdAt,
  }
}

/** The store keeps a tenant that is deleted as closed, too, and knows nothing of one whose row is damaged. */
const isSuspended = ({ phase, open, unread }: StoredTenant): boolean =>
  phase === 'present' && !open && unread === undefined

/** Of a container that does not run, or that nobody could look at, its state does not say that it is suspended. */
function saySuspended({ state, why }: Judgement, sight: TenantSight, pending: Tenant['pending']): Judgement {
  // Until its host has confirmed it, that is told instead.
  if (state === 'suspended' || pending.some(({ kind }) => kind === 'suspend')) return { state, why }
  const word =
    sight.kind === 'seen'
      ? 'It is suspended: nobody gets in.'
      : 'It is suspended: nobody gets in, by what this panel knew last.'
  return { state, why: `${word} ${why}` }
}

/** All of them where nobody has looked at how its container was made. */
function judgeUsable(maxConnections: number, sight: TenantSight, vital: Vital | undefined): number {
  const descriptors = sight.kind === 'seen' ? (sight.container?.descriptors ?? 0) : 0
  if (descriptors === 0) return maxConnections
  const version = vital?.kind === 'answered' ? vital.figures.version : null
  return countUsable(descriptors, maxConnections, version)
}

const toLoss = (end: SeenEnd | null): Tenant['lastLoss'] =>
  end === null
    ? null
    : {
        ...{ at: end.at, status: end.status, outOfMemory: end.outOfMemory },
        withDocker: end.dockerBegan !== null,
      }

/** An entry that cannot be read, which an earlier version took in from a host, must not hide what else there is. */
function judgeList(allow: readonly AllowEntry[]): { openToAnyone: boolean; strange: string } {
  const cidrs = allow.map(({ cidr }) => cidr)
  try {
    return { openToAnyone: isOpenToAnyone(cidrs), strange: '' }
  } catch {
    const strange = cidrs.filter((cidr) => !isEntry(cidr))
    const openToAnyone = isOpenToAnyone(cidrs.filter(isEntry))
    return { openToAnyone, strange: `Its allowlist here has what is no address: ${listNames(strange)}.` }
  }
}

function isEntry(cidr: string): boolean {
  try {
    return isAnyone(cidr) || parseCidr(cidr) === cidr
  } catch {
    return false
  }
}

function listFaults(
  { id, name, phase, port, memoryMb }: StoredTenant,
  sight: TenantSight,
  pending: Tenant['pending'],
  vital: Vital | undefined,
): ToldFault[] {
  if (sight.kind !== 'seen') return []
  const { around, container, filterOnly = [] } = sight
  const ofContainer = [
    ...judgeNetworks(id, container),
    ...judgeRenamed(id, container),
    ...judgeCopies(id, around?.copies),
  ]
  // A delete that does not end for one of these ends when somebody has mended that.
  if (phase === 'deleting') return ofContainer
  if (phase !== 'present' || !sight.recorded) return []
  const faults = around === undefined ? [] : judgeFaults(port, container, around)
  return [
    ...ofContainer,
    ...judgeChanged(name, container),
    ...(container?.state === 'running' ? judgeCacheLimit(name, memoryMb, vital) : []),
    ...judgeLoss(container),
    ...judgeFilterOnly(name, withoutOwn(filterOnly, pending)),
    ...faults,
  ]
}

function judgePutBack({ state, why }: Judgement, host: string): Judgement {
  const word = `${host} was put back to an older state, or is another server than before, and has this tenant otherwise or not at all: choose whose state counts.`
  return { state, why: why === '' ? word : `${why} ${word}` }
}

/** While access is not closed for certain, that is said before anything else but a failure. */
function judgePending(
  { state, why }: Judgement,
  { phase }: StoredTenant,
  host: string,
  pending: Tenant['pending'],
): Judgement {
  const open = pending.filter(({ why }) => why !== '')
  if (phase !== 'present') return { state, why }
  const isUnderWay = pending.some((each) => each.kind === 'suspend' && each.why === '')
  if (state === 'suspended' && isUnderWay)
    return { state, why: `Being suspended: ${host} has not confirmed it yet.` }
  if (open.length === 0) return { state, why }
  const what = open.map(({ kind, cidrs }) =>
    kind === 'revoke' ? `revoking ${cidrs.join(', ')}` : 'suspending it',
  )
  const isClosed = open.every(({ closed }) => closed)
  const so = isClosed ? `Closed, but not kept on ${host} yet` : 'Not in force yet'
  const cause = isClosed ? ` The next boot of ${host} may let in again: put the cause right before that.` : ''
  const word = `${so}: ${what.join('; ')}.${cause} It is tried again until ${host} has confirmed it.`
  // Until its filter is closed, what a suspended tenant is said to be is not so.
  const isSo = state !== 'suspended' || open.every(({ kind, closed }) => kind !== 'suspend' || closed)
  return { state, why: why === '' || !isSo ? word : `${why} ${word}` }
}

function leftoverOf(phase: TenantPhase): Tenant['leftover'] {
  switch (phase) {
    case 'creating':
      return 'not-created'
    case 'deleting':
      return 'not-deleted'
    case 'present':
    case 'deleted':
      return null
  }
}

interface Judgement {
  readonly state: TenantState
  readonly why: string
}

function judgeState(
  tenant: StoredTenant,
  host: string,
  sight: TenantSight,
  work: TenantWork,
  pending: Tenant['pending'],
): Judgement {
  if (tenant.unread !== undefined) {
    const why = `Its row in this panel's store is damaged (${tenant.unread}), so nothing but its name is shown.`
    return { state: 'unknown', why }
  }
  switch (tenant.phase) {
    case 'creating':
      return judgeCreating(host, work)
    case 'deleting':
      return judgeDeleting(work, pending)
    case 'deleted':
      return { state: 'deleting', why: 'Deleted.' }
    case 'present': {
      const { state, why } = judgeSight(tenant, sight)
      if (work.kind !== 'failed') return { state, why }
      const broken = work.why === null ? 'was cut off.' : `failed: ${work.why}`
      const word = `Its last change ${broken} It is finished or taken back as soon as ${host} answers.`
      return { state, why: why === '' ? word : `${why} ${word}` }
    }
  }
}

function judgeCreating(host: string, work: TenantWork): Judgement {
  switch (work.kind) {
    case 'under-way':
      return { state: 'creating', why: 'It is being made.' }
    case 'none': {
      const why = 'Recovering: an open panel, or the next change on this host, finishes or undoes it.'
      return { state: 'creating', why }
    }
    case 'failed': {
      // A create that was cut off may have come to its end on the host.
      const why =
        work.why === null
          ? `Creating it was cut off. It is finished or taken back as soon as ${host} answers.`
          : `It was not created. ${work.why} What is left of it is taken back as soon as ${host} answers.`
      return { state: 'failed', why }
    }
  }
}

function judgeDeleting(work: TenantWork, pending: Tenant['pending']): Judgement {
  switch (work.kind) {
    case 'under-way':
      return { state: 'deleting', why: 'It is being deleted.' }
    case 'none': {
      const why = 'Recovering: an open panel, or the next change on this host, finishes it.'
      return { state: 'deleting', why }
    }
    case 'failed': {
      const why = work.why ?? 'Deleting it was cut off.'
      // Closing comes first, and is pending until its host has confirmed it.
      const closed = pending.some(({ kind }) => kind === 'delete') ? '' : ' Its port is closed.'
      return {
        state: 'failed',
        why: `It is not deleted yet.${closed} ${why} It is tried again until that is done.`,
      }
    }
  }
}

function judgeSight(tenant: StoredTenant, sight: TenantSight): Judgement {
  if (sight.kind === 'unreached') return { state: 'unknown', why: sight.why }
  if (sight.container === null) {
    const why = sight.recorded
      ? 'Its container is not on the host any more.'
      : 'Neither its container nor its record is on the host any more.'
    return { state: 'failed', why }
  }
  if (!sight.recorded) {
    return { state: 'failed', why: "The host's filter does not know it any more, so nobody gets in." }
  }
  const isKept = readLoss(sight.container) === null
  switch (sight.container.state) {
    case 'running':
      return tenant.open
        ? { state: 'running', why: '' }
        : { state: 'suspended', why: `The filter lets nobody in${isKept ? '; the cache is kept' : ''}.` }
    case 'restarting':
      return { state: 'failed', why: `The container keeps ending: ${sight.container.status}.` }
    case 'exited':
    case 'created':
      return { state: 'stopped', why: `The container does not run: ${sight.container.status}.` }
    case 'paused':
      return { state: 'stopped', why: describePaused(tenant.id, sight.container) }
    default:
      return { state: 'failed', why: `Docker says: ${sight.container.status}.` }
  }
}

/** Docker keeps what a paused container has in memory. */
const describePaused = (id: string, { status, renamed }: SeenContainer): string =>
  `Somebody paused its container: ${status}. \`docker unpause ${renamed ?? containerName(id)}\` there lets it go on, with its cache.`
