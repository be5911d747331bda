import type { Problem } from '../../../contract/problem.ts'
import type { HostAccess } from './host-pool.ts'

/** Whether a look failed because its host is not reached, and not because of something on it. */
export const isAway = ({ link }: HostAccess, { code }: Problem): boolean =>
  !link.info().connected || code === 'TIMED_OUT'
