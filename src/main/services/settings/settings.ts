import type { Settings } from '../../../contract/settings.ts'
import { parseSettings, type SettingsChange } from '../../../domain/settings.ts'
import { readSettings, writeSettings } from '../../adapters/store/settings.ts'
import type { ServiceContext } from '../context.ts'

/** The operator's settings for this panel, with the defaults of all others. */
export function getSettings({ store }: Pick<ServiceContext, 'store'>): Promise<Settings> {
  return store.read(readSettings)
}

/**
 * Changes the given settings.
 * @returns all of them
 * @throws ProblemError INVALID_INPUT, PORT_RANGE_INVALID; then nothing is changed
 */
export function changeSettings(
  { store }: Pick<ServiceContext, 'store'>,
  given: SettingsChange,
): Promise<Settings> {
  const change = parseSettings(given)
  return store.write((db) => {
    writeSettings(db, change)
    return readSettings(db)
  })
}
