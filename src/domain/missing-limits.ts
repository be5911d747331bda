import type { CheckLine } from '../contract/host.ts'
import { line } from './check-line.ts'

/** Limits of containers that a Docker does not keep, because its kernel has no controller for them. */
export interface MissingLimits {
  readonly memory: boolean
  readonly processes: boolean
}

/** For sentences: `memory`, `processes`. */
export const listMissingLimits = ({ memory, processes }: MissingLimits): string[] => [
  ...(memory ? ['memory'] : []),
  ...(processes ? ['processes'] : []),
]

const mend =
  'Boot it with the kernel parameters `cgroup_enable=memory swapaccount=1`, or with cgroup version 2.'

/** A line of the check where a limit is not kept; a host that keeps both needs no word. */
export function describeLimits(missing: MissingLimits): CheckLine[] {
  const kinds = listMissingLimits(missing)
  if (kinds.length === 0) return []
  const sentence = `Docker does not limit the ${kinds.join(' and ')} of containers there: a tenant can take all that the host has.`
  return [line('Limits', 'bad', sentence, mend)]
}

/** For whoever has just created a tenant there. */
export const describeUnlimitedHost = (host: string): string =>
  `Docker on ${host} keeps no limit of memory or processes: a tenant can take all that the host has. See \`memharbor host check ${host}\`.`
