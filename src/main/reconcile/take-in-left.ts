import type { Problem } from '../../contract/problem.ts'
import { describeLeft } from '../../core/plan/closing.ts'
import { fail } from '../../domain/problem-error.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import type { ServiceContext } from '../services/context.ts'
import type { HostAccess } from '../services/host/host-pool.ts'
import { adoptAgain } from './adopt-all.ts'

/** Access that was to be taken away and stays, because another panel has written it. */
export interface LeftAccess {
  readonly tenant: string
  /** Cidrs, and `*` for the tenant's being open. */
  readonly left: readonly string[]
}

/**
 * Tells what closings have left, and takes in first what the host has of it: only what this panel knows of can be taken
 * away when it is asked again. Not in a lane of closings, which taking in may need. Never throws.
 */
export async function takeInLeft(
  context: ServiceContext,
  access: HostAccess,
  all: readonly LeftAccess[],
): Promise<void> {
  const some = all.filter(({ left }) => left.length > 0)
  if (some.length === 0) return
  await takeIn(context, access)
  for (const { tenant, left } of some)
    for (const sentence of describeLeft(tenant, left)) context.notices.add(sentence)
}

/**
 * The same for a person who waits for the answer: the host is taken in beside it.
 * @throws ProblemError WRITTEN_SINCE where something was left
 */
export function requireNoneLeft(
  context: ServiceContext,
  access: HostAccess,
  tenant: string,
  { left }: Closed,
): void {
  const problem = findLeft(tenant, { left })
  if (problem === undefined) return
  context.background.add(takeIn(context, access))
  fail(problem)
}

/** The problem of a closing that has left something, for the answer and for the log; undefined where it has not. */
export function findLeft(tenant: string, { left }: Pick<Closed, 'left'>): Problem | undefined {
  return left.length === 0 ? undefined : { code: 'WRITTEN_SINCE', details: { tenant, left: [...left] } }
}

async function takeIn(context: ServiceContext, access: HostAccess): Promise<void> {
  await adoptAgain(context, access).catch((error: unknown) => {
    // The next change there takes it in before anything else.
    context.log.warn({ err: error, host: access.host.id }, 'what a closing has left is not taken in yet')
  })
}
