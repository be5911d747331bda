import type { Logger } from 'pino'
import type { Database, SqlJsStatic } from 'sql.js'
import { noJournal } from './journal-file.ts'
import type { Loaded } from './load.ts'
import { migrate, newestVersion } from './migrations.ts'
import type { Recovered } from './recover.ts'
import { keepSaved, type SavedStore } from './saved-store.ts'
import { openDatabase } from './sqlite.ts'
import { keepAside, replaceCopy, type StoreFiles, saveFile } from './store-file.ts'
import { describeStoreWarning, type StoreWarning } from './warning.ts'

interface Tools {
  readonly sqlite: SqlJsStatic
  readonly files: StoreFiles
  readonly log: Logger
  /** Nothing can be saved: a store that has to be saved before its use cannot be opened. */
  readonly readOnly: boolean
}

interface Started {
  readonly database: Database
  readonly saved: SavedStore
  readonly warning: StoreWarning | undefined
}

/**
 * Brings what was loaded to the newest version and to the disk, so that the store can be used.
 * @throws what the disk said
 */
export async function startStore(tools: Tools, loaded: Loaded): Promise<Started> {
  if (loaded.kind === 'current') {
    const saved = keepSaved(tools, loaded.saved)
    if (migrate(loaded.database) > 0 && !tools.readOnly) await saved.fold(loaded.database.export())
    return { database: loaded.database, saved, warning: undefined }
  }
  const database = loaded.kind === 'fresh' ? openDatabase(tools.sqlite) : loaded.database
  migrate(database)
  const bytes = database.export()
  const warning = loaded.kind === 'fresh' ? undefined : await saveRecovered(tools, loaded, bytes)
  if (loaded.kind === 'fresh') {
    await saveFile(tools.files, bytes)
    await replaceCopy(tools.files, bytes)
  }
  const start = { bytes, version: newestVersion, changes: [], state: noJournal }
  return { database, saved: keepSaved(tools, start), warning }
}

/** At each moment the disk has all that could be recovered. Nothing that was damaged is deleted. */
async function saveRecovered(
  { files, log }: Tools,
  { unused, warning: found }: Recovered,
  bytes: Uint8Array,
): Promise<StoreWarning> {
  const now = new Date()
  const isCurrent = (path: string): boolean => path === files.current
  const keptAs: string[] = []
  for (const path of unused.filter(isCurrent)) keptAs.push(await keepAside(files, path, now))
  await saveFile(files, bytes)
  for (const path of unused.filter((each) => !isCurrent(each))) keptAs.push(await keepAside(files, path, now))
  await replaceCopy(files, bytes)
  const warning = { ...found, keptAs }
  log.warn({ warning }, describeStoreWarning(warning))
  return warning
}
