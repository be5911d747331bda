import { existsSync } from 'node:fs'
import { isInstalled, skipReason } from '../platform.ts'
import { type CachedRoot, ensureRoot } from './cache-root.ts'
import type { Suite } from './suites.ts'

/** The programs that make and boot roots. */
const livePrograms = ['debootstrap', 'systemd-nspawn', 'apt-get']

/** Where cgroups of version 2 are, alone or beside those of version 1; null on a machine without. */
const observeCgroupMount = (): string | null =>
  ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => existsSync(`${path}/cgroup.controllers`)) ??
  null

export const cgroupMount = (): string => {
  const found = observeCgroupMount()
  if (found === null) throw new Error('there are no cgroups of version 2')
  return found
}

/** Why no live host can be made here, whatever its suite; null when one can. */
export const platformReason = (): string | null => {
  const reason = skipReason()
  if (reason !== null) return reason
  const missing = livePrograms.filter((program) => !isInstalled(program))
  if (missing.length > 0) return `needs ${missing.join(', ')}`
  return observeCgroupMount() === null ? 'needs cgroups of version 2' : null
}

/** The root for live hosts of a suite, made if it is missing, or why there can be none. For the name of a skipped suite. */
export const observeLiveRoot = async (suite: Suite): Promise<CachedRoot> => {
  const reason = platformReason()
  return reason === null ? await ensureRoot({ suite }) : { kind: 'unavailable', reason }
}
