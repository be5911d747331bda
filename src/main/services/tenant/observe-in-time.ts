import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { withLimit } from '../../adapters/limit.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeUnlimited } from '../host/observe-limits.ts'
import { nameTaken, observeListening } from './observe-listening.ts'
import { observeCarriers, observeRecords, type SeenTenants } from './observe-tenants.ts'

/**
 * A look at all tenants of a host and at what else is to be seen of it, within the time limit of a look.
 * @param recorded what the host remembers, for who goes on with that where the rest cannot be seen
 * @throws ProblemError TIMED_OUT; SUDO_SILENT where the helper has not been started by then, DOCKER_SILENT where the host
 *   itself answers and only Docker does not
 */
export async function observeInTime<T>(
  access: HostAccess,
  observeMore: (access: HostAccess) => Promise<T>,
  recorded: Promise<SeenTenants['records']> = observeRecords(access),
): Promise<readonly [SeenTenants, T]> {
  const { name: host } = access.host
  const { lookMs } = access.timeLimits
  let isRestSeen = false
  const observeRest = async () => {
    const rest = await Promise.all([recorded, observeMore(access), observeListening(access)])
    isRestSeen = true
    return rest
  }
  try {
    const limit = { host, action: 'look at its tenants', timeoutMs: lookMs }
    return await withLimit(limit, async () => {
      const [{ containers, copies }, unlimited, [records, more, heard]] = await Promise.all([
        observeCarriers(access),
        observeUnlimited(access),
        observeRest(),
      ])
      const listening = await nameTaken(access, { records, containers }, heard)
      return [{ records, containers, around: { listening, unlimited, copies } }, more] as const
    })
  } catch (error) {
    const isLate = error instanceof ProblemError && error.problem.code === 'TIMED_OUT'
    if (isLate && access.helper.isStarting())
      return fail({ code: 'SUDO_SILENT', details: { host, afterMs: lookMs } }, error)
    if (!isLate || !isRestSeen || !(await isHeard(access))) throw error
    return fail({ code: 'DOCKER_SILENT', details: { host, afterMs: lookMs } }, error)
  }
}

/** Whether the host answers now: what was seen of it may have been known before, and its connection be dead since. */
async function isHeard({ link, timeLimits }: HostAccess): Promise<boolean> {
  if (!link.info().connected) return false
  try {
    await link.run('sshConnection', '', { timeoutMs: timeLimits.heardMs })
    return true
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code } = error.problem
    return code === 'COMMAND_FAILED' || code === 'LOGIN_UNUSABLE'
  }
}
