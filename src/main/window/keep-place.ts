import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, type BrowserWindow, screen } from 'electron'
import { choosePlace, type Place, type SavedPlace } from './place.ts'

function placeFile(): string {
  return join(app.getPath('userData'), 'place.json')
}

/** Where the window was the last time, as far as the displays of now show it. */
export function recallPlace(): Place {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id)
  return choosePlace(
    readPlace(),
    [main, ...others].map(({ workArea }) => workArea),
  )
}

/** Writes where the window is when it is closed. */
export function keepPlace(window: BrowserWindow): void {
  window.on('close', () => {
    const place: SavedPlace = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeFileSync(placeFile(), JSON.stringify(place), { mode: 0o600 })
    } catch {
      // A full disk; the window opens in its usual place then.
    }
  })
}

function readPlace(): string | undefined {
  try {
    return readFileSync(placeFile(), 'utf8')
  } catch {
    return undefined
  }
}
