import type { KeyLayout } from './match-keys.ts'

/** https://wicg.github.io/keyboard-map, which Chromium and Electron have; others are read by the place of the key. */
interface KeyboardMap {
  readonly keyboard?: { getLayoutMap?(): Promise<KeyLayout> }
}

/** @returns undefined where the browser does not tell */
export async function observeKeyLayout(): Promise<KeyLayout | undefined> {
  try {
    return await (navigator as Navigator & KeyboardMap).keyboard?.getLayoutMap?.()
  } catch {
    // Not allowed here.
    return undefined
  }
}
