import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { until } from './condition.ts'

const mount = '/sys/fs/cgroup'

/** The cgroup that a sandbox's containers live in, as dockerd's `--cgroup-parent`. */
export const cgroupParent = (id: string): string => `/memharbor-${id}`

/** Where that cgroup is: once in version 2, once a controller in version 1. */
export const observeCgroups = (id: string): readonly string[] => {
  if (!existsSync(mount)) return []
  const hierarchies = readdirSync(mount, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [mount, ...hierarchies.map((entry) => `${mount}/${entry.name}`)]
    .map((hierarchy) => hierarchy + cgroupParent(id))
    .filter((path) => existsSync(path))
}

/** Removes the sandbox's cgroups; a cgroup stays busy for a moment after its last process is gone. */
export const removeCgroups = async (id: string): Promise<void> => {
  await until(`cgroups of ${id} are removed`, () => {
    for (const path of observeCgroups(id)) removeTree(path)
    return observeCgroups(id).length === 0
  })
}

const removeTree = (path: string): void => {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(`${path}/${entry.name}`)
    }
    rmdirSync(path)
  } catch {
    // Busy, or gone already: the caller looks again.
  }
}
