import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect } from 'vitest'
import { observeCgroups } from './cgroups.ts'
import { until } from './condition.ts'
import { isAlive, observeProcess, type ProcessIdentity } from './process-identity.ts'
import { observeRecords, workDirectory } from './record.ts'
import { mustRun } from './run.ts'

/** The traces of a run of `npm run try`: its sandbox, and every process of it. */
export interface SandboxTraces {
  readonly sandbox: string
  readonly processes: readonly ProcessIdentity[]
}

/** `4711 (a name) S 1 …`: what follows the name is its state and its parent. */
const parentOf = (pid: string): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

/** A process and everything that it started, its namespaces' processes included: their orphans stay in there. */
const observeFamily = (ancestor: number): ReadonlySet<number> => {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const family = new Set([ancestor])
  let before = 0
  while (before < family.size) {
    before = family.size
    for (const pid of all) if (family.has(parentOf(pid))) family.add(Number(pid))
  }
  return family
}

/**
 * @param ancestor the process that keeps the sandbox, or a panel that started it, which may outlive it
 * @returns undefined while there is no sandbox of theirs
 */
export const observeTraces = (ancestor: number): SandboxTraces | undefined => {
  const family = observeFamily(ancestor)
  const found = observeRecords().find(({ record }) => record !== null && family.has(record.owner.pid))
  if (found?.record == null) return undefined
  const owner = found.record.owner.pid
  const made = [...family].filter((pid) => pid !== ancestor || pid === owner)
  const processes = made.map(observeProcess).filter((each) => each !== null)
  return { sandbox: found.id, processes }
}

/** The same, once there is one. */
export const awaitTraces = async (ancestor: number): Promise<SandboxTraces> => {
  let traces: SandboxTraces | undefined
  const look = (): boolean => {
    traces = observeTraces(ancestor)
    return traces !== undefined
  }
  await until('there is a sandbox', look, 60_000)
  if (traces === undefined) throw new Error('there is no sandbox')
  return traces
}

/** The folders of the stores of a run: its number is in their names. */
export const storesOf = (pid: number, folder = tmpdir()): readonly string[] =>
  readdirSync(folder).filter((name) => name.startsWith(`memharbor-try-${pid}-`))

/** Waits for the end of its processes; then nothing else of it may be there. */
export const expectNothingLeft = async (
  { sandbox, processes }: SandboxTraces,
  stores = tmpdir(),
): Promise<void> => {
  await until('its processes have ended', () => !processes.some(isAlive))
  expect(existsSync(workDirectory(sandbox))).toBe(false)
  expect(observeCgroups(sandbox)).toEqual([])
  expect(await mustRun(['cat', '/proc/mounts'])).not.toContain(sandbox)
  expect(processes.flatMap(({ pid }) => storesOf(pid, stores))).toEqual([])
}
