import type { Problem, StrangeContainer } from '../../../contract/problem.ts'
import { containerName } from '../../../domain/host-names.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { withLimit } from '../../adapters/limit.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeContainers } from './observe-tenants.ts'

/**
 * A failure that says that a tenant's port is closed, with what else there is to say of its container: by which other
 * networks it is still reached, and whether it was renamed, which keeps it from being deleted. Docker has a moment for it;
 * where it does not answer, that is said. Any other error comes back as it is.
 */
export async function withStrange(access: HostAccess, tenantId: string, error: unknown): Promise<unknown> {
  if (!saysClosed(error)) return error
  const { problem, cause } = error
  const container = await observeStrange(access, tenantId)
  if (container === undefined) return error
  return problem.code === 'NOT_KEPT'
    ? new ProblemError({ code: 'NOT_KEPT', details: { ...problem.details, container } }, { cause })
    : new ProblemError({ code: 'NOT_DELETED', details: { ...problem.details, container } }, { cause })
}

/** Whether a failure says that a tenant's port is closed and something else of it is not done. */
export function saysClosed(
  error: unknown,
): error is ProblemError & { problem: Extract<Problem, { code: 'NOT_DELETED' | 'NOT_KEPT' }> } {
  return error instanceof ProblemError && /^NOT_(DELETED|KEPT)$/.test(error.problem.code)
}

/** Undefined: there is nothing strange about it; null: nobody could tell. */
async function observeStrange(
  access: HostAccess,
  tenantId: string,
): Promise<StrangeContainer | null | undefined> {
  const limit = {
    host: access.host.name,
    action: 'look at its container',
    timeoutMs: access.timeLimits.heardMs,
  }
  try {
    const container = (await withLimit(limit, () => observeContainers(access, tenantId))).get(tenantId)
    const own = containerName(tenantId)
    const { renamed: name = own, otherNetworks: networks = [] } = container ?? {}
    return name === own && networks.length === 0 ? undefined : { name, own, networks: [...networks] }
  } catch (error) {
    if (error instanceof ProblemError) return null
    throw error
  }
}
