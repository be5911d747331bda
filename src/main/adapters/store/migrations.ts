import type { Database } from 'sql.js'
import { foundation } from './migrations/0001-foundation.ts'
import { lifecycle } from './migrations/0002-lifecycle.ts'
import { settings } from './migrations/0003-settings.ts'
import { putBack } from './migrations/0004-put-back.ts'
import { registryId } from './migrations/0005-registry-id.ts'
import { servers } from './migrations/0006-servers.ts'
import { deletions } from './migrations/0007-deletions.ts'
import { archive } from './migrations/0008-archive.ts'
import { changedValues } from './migrations/0009-changed-values.ts'
import { flushCounts } from './migrations/0010-flush-counts.ts'

/** The SQL texts that make one version out of the one before, in order. A released one is never edited. */
const migrations: readonly string[] = [
  foundation,
  lifecycle,
  settings,
  putBack,
  registryId,
  servers,
  deletions,
  archive,
  changedValues,
  flushCounts,
]

/** The version (`PRAGMA user_version`) that this program reads and writes. */
export const newestVersion = migrations.length

/** The version of a database; 0 is one that holds nothing yet. */
export function readVersion(database: Database): number {
  return Number(database.exec('PRAGMA user_version')[0]?.values[0]?.[0])
}

/**
 * Brings a database to the newest version, or to an older one that a journal was written for, each step in a
 * transaction of its own.
 * @returns how many steps were taken
 */
export function migrate(database: Database, to = newestVersion): number {
  const from = readVersion(database)
  const steps = migrations.slice(from, Math.max(from, to))
  for (const [offset, sql] of steps.entries()) {
    database.run('BEGIN')
    try {
      database.run(sql)
      // The version is part of the file's header, so it is committed or rolled back with the step.
      database.run(`PRAGMA user_version = ${from + offset + 1}`)
      database.run('COMMIT')
    } catch (error) {
      database.run('ROLLBACK')
      throw error
    }
  }
  return steps.length
}
