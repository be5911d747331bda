import { resolve } from 'node:path'
import envPaths from 'env-paths'

/** Where the store is: what was asked for, else MEMHARBOR_DATA, else this system's usual place for a user's data. */
export function chooseDataDir(asked: string | undefined): string {
  return resolve(asked ?? process.env['MEMHARBOR_DATA'] ?? envPaths('memharbor', { suffix: '' }).data)
}
