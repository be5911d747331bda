import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, type BrowserWindow, screen } from 'electron'
import { afterRest } from './after-rest.ts'
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

/** As long as a hand rests while it moves a window, in milliseconds. */
const restMs = 500

/** Writes where the window is a moment after it was last moved, and when it is closed. */
export function keepPlace(window: BrowserWindow): void {
  const write = (): void => {
    if (!window.isDestroyed()) writePlace({ ...window.getNormalBounds(), maximized: window.isMaximized() })
  }
  const writeSoon = afterRest(write, restMs)
  // On Linux there is no event for the end of a move.
  window.on('move', writeSoon)
  window.on('resize', writeSoon)
  window.on('maximize', writeSoon)
  window.on('unmaximize', writeSoon)
  window.on('close', write)
}

function writePlace(place: SavedPlace): void {
  const path = placeFile()
  try {
    // Whole or not at all: the program may be killed at any time.
    writeFileSync(`${path}.writing`, JSON.stringify(place), { mode: 0o600 })
    renameSync(`${path}.writing`, path)
  } catch {
    // A full disk; the window opens in its usual place then.
  }
}

function readPlace(): string | undefined {
  try {
    return readFileSync(placeFile(), 'utf8')
  } catch {
    return undefined
  }
}
