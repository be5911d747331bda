import { openRootSession, type RootAccess, type RootSession } from '../../adapters/prepare/root-session.ts'
import type { HostAccess } from './host-pool.ts'

/**
 * Becomes root, however long sudo takes for it; who waits is told why.
 * @throws ProblemError as openRootSession
 */
export const openRoot = (
  { link, timeLimits, waitForSudo }: HostAccess,
  user: string,
  root: RootAccess,
): Promise<RootSession> => {
  const opening = openRootSession(link, user, root, timeLimits.urgentStartMs)
  return root.kind === 'sudo' ? waitForSudo(opening) : opening
}
