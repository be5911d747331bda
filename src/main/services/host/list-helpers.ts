import type { HostHelper } from '../../../contract/host.ts'
import type { Problem } from '../../../contract/problem.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import { judgeHelperVersion } from '../../../domain/helper-version.ts'
import { withLimit } from '../../adapters/limit.ts'
import { bundledHelper } from '../../adapters/prepare/bundled-helper.ts'
import { listHosts, type StoredHost } from '../../adapters/store/hosts.ts'
import { ensureAdopted } from '../../reconcile/adopt-all.ts'
import { closeBeforeReading } from '../../reconcile/close-later.ts'
import { followHistory } from '../../reconcile/put-back.ts'
import type { ServiceContext } from '../context.ts'
import { toProblem } from '../operation/to-problem.ts'
import type { HostAccess } from './host-pool.ts'
import { observeFilterFault } from './observe-filter-fault.ts'

/**
 * The helper that each host has now, and whether its filter is as it should be. All are asked side by side, each for as
 * long as a look at tenants may take; a host that is not reached is `unknown`, and none holds up the others. Nobody is
 * asked for a passphrase.
 */
export async function listHelpers(context: ServiceContext): Promise<HostHelper[]> {
  const hosts = await context.store.read(listHosts)
  return Promise.all(hosts.map((host) => observeOne(context, host)))
}

async function observeOne(context: ServiceContext, host: StoredHost): Promise<HostHelper> {
  const brings = bundledHelper.version
  const known = { host: host.name, brings }
  if (host.mode !== 'filtered')
    return { ...known, standing: 'none', version: null, why: '', filterFault: null }
  const access = context.hosts.access(host)
  const { lookMs } = access.timeLimits
  const closing = closeBeforeReading(context, access)
  try {
    // The limits of the look begin with the connection, for which somebody may have to approve a key.
    await access.link.connect({ timeoutMs: lookMs })
    const endsAt = performance.now() + lookMs
    const version = await access.helper.observeVersion({ timeoutMs: lookMs })
    // A list that is read next counts the tenants that other panels made, too.
    const followed = followHistory(context, access, access.helper).then(() => takeIn(context, access))
    context.background.add(followed)
    // A list that is read next says whether it was put back; what takes longer than the look goes on beside it.
    const limit = { host: host.name, action: 'take in its records', timeoutMs: endsAt - performance.now() }
    const [filterFault] = await Promise.all([
      observeFilterFault(context, access, limit.timeoutMs),
      withLimit(limit, () => followed).catch(() => {}),
    ])
    return { ...known, standing: judgeHelperVersion(version, brings), version, why: '', filterFault }
  } catch (error) {
    const why = describeLate(access, toProblem(context.log, error))
    return { ...known, standing: 'unknown', version: null, why, filterFault: null }
  } finally {
    // A list that is read next says what is still pending.
    await closing
  }
}

/** Takes in the work of other panels; whatever cannot be read now comes in later. */
async function takeIn(context: ServiceContext, access: HostAccess): Promise<void> {
  await ensureAdopted(context, access).catch((error: unknown) => {
    context.log.warn({ err: error, host: access.host.id }, 'what other panels did is not taken in yet')
  })
}

/** A host that answers and whose sudo does not is not away, and what mends that is known. */
function describeLate({ host, helper, timeLimits }: HostAccess, problem: Problem): string {
  if (problem.code !== 'TIMED_OUT' || !helper.isStarting()) return describeProblem(problem).message
  const details = { host: host.name, afterMs: timeLimits.lookMs }
  const { message, advice } = describeProblem({ code: 'SUDO_SILENT', details })
  return `${message} ${advice}`
}
