import { type Settings, settingsSchema } from '../../../contract/settings.ts'
import { defaultSettings, parseSettings, type SettingsChange } from '../../../domain/settings.ts'
import type { StoreDb } from './rows.ts'
import { settings } from './schema.ts'

/** All settings. A value that is missing, damaged or of another version of this program reads as its default. */
export function readSettings(db: StoreDb): Settings {
  const rows = db.select().from(settings).all()
  return Object.assign({}, defaultSettings, ...rows.map(({ key, value }) => readSetting(key, value)))
}

/** Changes the given settings, which {@link parseSettings} has checked, and leaves the others. */
export function writeSettings(db: StoreDb, change: SettingsChange): void {
  for (const [key, chosen] of Object.entries(change)) {
    if (chosen === undefined) continue
    const value = JSON.stringify(chosen)
    db.insert(settings)
      .values({ key, value })
      .onConflictDoUpdate({ target: settings.key, set: { value } })
      .run()
  }
}

function readSetting(key: string, text: string): Partial<Settings> {
  try {
    return parseSettings(settingsSchema.partial().parse({ [key]: JSON.parse(text) }))
  } catch {
    return {}
  }
}
