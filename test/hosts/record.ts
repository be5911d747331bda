import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { observeProcess, type ProcessIdentity } from './process-identity.ts'

/** Everything that a sandbox leaves on the machine's file system is under here. */
const sandboxDirectory = '/run/memharbor-sandbox'

const identity = z.object({ pid: z.int().positive(), startTime: z.string() })
const record = z.object({ owner: identity, init: identity.nullable() })

/** The owner of a sandbox, written before anything else of it is made. */
export type SandboxRecord = z.infer<typeof record>

const self = (): ProcessIdentity => {
  const found = observeProcess(process.pid)
  if (found === null) throw new Error('/proc does not show this process')
  return found
}

export const workDirectory = (id: string): string => `${sandboxDirectory}/${id}`

/** Notes the first process of the sandbox's namespace (null: not started yet) as owned by this process. */
export const writeRecord = (id: string, init: ProcessIdentity | null): void => {
  const path = `${workDirectory(id)}/record.json`
  mkdirSync(workDirectory(id), { recursive: true, mode: 0o755 })
  writeFileSync(`${path}.new`, JSON.stringify({ owner: self(), init } satisfies SandboxRecord))
  renameSync(`${path}.new`, path)
}

/** All sandboxes on this machine; `record` is null where it can't be read (its maker was killed in the middle). */
export const observeRecords = (): readonly { id: string; record: SandboxRecord | null }[] =>
  listDirectory(sandboxDirectory).map((id) => ({ id, record: readRecord(id) }))

export const removeWorkDirectory = (id: string): void => {
  rmSync(workDirectory(id), { recursive: true, force: true })
}

const listDirectory = (path: string): readonly string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

const readRecord = (id: string): SandboxRecord | null => {
  try {
    return record.parse(JSON.parse(readFileSync(`${workDirectory(id)}/record.json`, 'utf8')))
  } catch {
    return null
  }
}
