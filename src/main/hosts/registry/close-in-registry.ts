import type { AllowEntry } from '../../../contract/allowlist.ts'
import { planClosing, wholeTenant } from '../../../core/plan/plan-closing.ts'
import { isAtLeast } from '../../../domain/helper-version.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { HelperReply } from '../../adapters/netfilter/replies.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'

/** A request to close access of one tenant. */
export interface Closing {
  /** The same id again gives the first result; from an older helper, what there still is to close. */
  readonly operationId: string
  readonly tenantId: string
  /** Entries of the allowlist, each with its prefix length; null: the whole tenant is suspended. */
  readonly cidrs: readonly string[] | null
  /** The tenant's revision that was known when the operator asked; null: nothing was, and nothing counts as later. */
  readonly asOf: number | null
}

/** The result of a closing. */
export type Closed = Pick<
  HelperReply<'close'>,
  'was' | 'revision' | 'open' | 'cut' | 'absent' | 'problems'
> & {
  readonly allow: readonly AllowEntry[]
  readonly closed: readonly string[]
  readonly left: readonly string[]
}

/** How often an older helper is asked again because somebody else changed the tenant in between. */
const mostTries = 5

/**
 * Takes access away by what the host itself has on record, whatever the store thinks. Nothing but the helper is needed.
 *
 * A helper before 1.3.0 has no `close` and does not know when an entry was written: there the first look counts as what
 * was there when it was asked, and only what comes between two tries is left.
 * @throws ProblemError of the helper session; REVISION_STALE when an older helper's record changed at each of five tries
 */
export async function closeInRegistry(helper: HelperSession, closing: Closing): Promise<Closed> {
  const version = await helper.observeVersion()
  if (!isAtLeast(version, '1.3.0')) return await closeByPut(helper, closing)
  const { operationId, tenantId, cidrs, asOf } = closing
  const { replayed: _, ...closed } = await helper.request<'close'>({
    ...{ op: 'close', operationId, tenantId },
    ...{ cidrs, asOf },
  })
  return closed
}

type HelperRecord = HelperReply<'records'>['tenants'][string]

async function closeByPut(helper: HelperSession, closing: Closing): Promise<Closed> {
  const { operationId, tenantId } = closing
  /** The record at the first look; undefined before it. */
  let first: HelperRecord | undefined
  for (let tried = 1; ; tried += 1) {
    const { revision, tenants } = await helper.request<'records'>({ op: 'records', tenantId })
    const held = tenants[tenantId]
    const rest = { cut: [], problems: [], absent: held === undefined, was: held?.revision ?? 0 }
    if (held === undefined) return { ...rest, revision, open: false, allow: [], closed: [], left: [] }
    first ??= held
    const { cidrs, left } = leaveLater(held, first, closing.cidrs)
    const { closed, ...access } = left.includes(wholeTenant)
      ? { open: held.open, allow: held.allow, closed: [] }
      : planClosing(held, cidrs)
    // Also where nothing is taken away: a newer revision keeps out what was on its way before.
    const { revision: ifRevision, ...tenant } = held
    try {
      const reply = await helper.request<'put'>({
        ...{ op: 'put', operationId: idOfTry(operationId, tried), ifRevision },
        tenant: { ...tenant, ...access },
      })
      return { ...rest, ...access, revision: reply.revision, closed, left, cut: reply.cut }
    } catch (error) {
      const isStale = error instanceof ProblemError && error.problem.code === 'REVISION_STALE'
      if (!isStale || tried === mostTries) throw error
    }
  }
}

/** The cidrs that were there at the first look, and what came later although it is asked for. */
function leaveLater(held: HelperRecord, first: HelperRecord, asked: Closing['cidrs']) {
  if (asked === null) return { cidrs: null, left: held.open && !first.open ? [wholeTenant] : [] }
  const known = new Set(first.allow.map(({ cidr }) => cidr))
  const present = new Set(held.allow.map(({ cidr }) => cidr))
  return {
    cidrs: asked.filter((cidr) => known.has(cidr)),
    left: asked.filter((cidr) => present.has(cidr) && !known.has(cidr)),
  }
}

/** Each try is another request, and an operation id stands for one request; ids have at most 64 characters. */
const idOfTry = (operationId: string, tried: number): string =>
  tried === 1 ? operationId : `${operationId.slice(0, 60)}-t${tried}`
