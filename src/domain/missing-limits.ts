import type { CheckLine } from '../contract/host.ts'
import { line } from './check-line.ts'

/** Limits of containers that a Docker does not keep, because its kernel has no controller for them. */
export interface MissingLimits {
  readonly memory: boolean
  readonly processes: boolean
  /** Of the cgroups that Docker there uses; null: it does not say. */
  readonly cgroupVersion: '1' | '2' | null
}

/** For sentences: `memory`, `processes`. */
export const listMissingLimits = ({ memory, processes }: Omit<MissingLimits, 'cgroupVersion'>): string[] => [
  ...(memory ? ['memory'] : []),
  ...(processes ? ['processes'] : []),
]

const bootMemory =
  'Boot it with the kernel parameters `cgroup_enable=memory swapaccount=1`, or with cgroup version 2.'
const bootProcesses =
  'The limit of processes needs a kernel with the cgroup controller pids: /proc/cgroups names it, and it has to be mounted.'

function describeMend({ memory, processes, cgroupVersion }: MissingLimits): string {
  if (cgroupVersion !== '2')
    return [...(memory ? [bootMemory] : []), ...(processes ? [bootProcesses] : [])].join(' ')
  const names = [...(memory ? ['memory'] : []), ...(processes ? ['pids'] : [])]
  const them = names.length === 1 ? 'it' : 'them'
  // The kernel of a Raspberry Pi is told by its firmware to leave memory out.
  const without = memory
    ? ', without the parameter `cgroup_disable=memory` (a Raspberry Pi needs `cgroup_enable=memory`)'
    : ''
  return `If /sys/fs/cgroup/cgroup.controllers there names ${names.join(' and ')}, hand ${them} on to Docker's cgroup (systemd: \`Delegate=\`). If not, boot a kernel that has ${them}${without}.`
}

/** A line of the check where a limit is not kept; a host that keeps both needs no word. */
export function describeLimits(missing: MissingLimits): CheckLine[] {
  const kinds = listMissingLimits(missing)
  if (kinds.length === 0) return []
  const sentence = `Docker does not limit the ${kinds.join(' and ')} of containers there: a tenant can take all that the host has.`
  return [line('Limits', 'bad', sentence, describeMend(missing))]
}

/** For whoever has just created a tenant there. */
export const describeUnlimitedHost = (host: string): string =>
  `Docker on ${host} keeps no limit of memory or processes: a tenant can take all that the host has. See \`memharbor host check ${host}\`.`
