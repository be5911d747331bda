import { z } from 'zod'

/** Where a window is, in device independent pixels of the whole desktop. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where the window was the last time: `{"x":120,"y":80,"width":1280,"height":800,"maximized":false}`. */
const savedPlace = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int(),
  height: z.int(),
  maximized: z.boolean(),
})

export type SavedPlace = z.infer<typeof savedPlace>

/** Where a window is opened. Without x and y the system puts it into the middle. */
export interface Place {
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
  readonly maximized: boolean
}

/** Smaller than this nothing is readable. */
export const smallest = { width: 720, height: 480 } as const

const first = { width: 1280, height: 800 } as const

/** As much of the window's upper edge must be on a display, so that it can be taken hold of. */
const graspable = { width: 120, height: 32 } as const

/**
 * Where to open the window: where it was, if a display is still there to show it, never larger than that display.
 * @param saved text of the file, undefined when there is none; anything that does not make sense counts as none
 * @param displays the parts of the displays that windows may use, the main one first
 */
export function choosePlace(saved: string | undefined, displays: readonly Area[]): Place {
  const place = parsePlace(saved)
  const [main] = displays
  if (place === undefined) return { ...limit(first, main), maximized: false }
  const display = displays.find((each) => isGraspable(place, each))
  if (display === undefined) return { ...limit(place, main), maximized: place.maximized }
  return { ...limit(place, display), x: place.x, y: Math.max(place.y, display.y), maximized: place.maximized }
}

function parsePlace(text: string | undefined): SavedPlace | undefined {
  try {
    return text === undefined ? undefined : savedPlace.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function limit(size: Pick<Area, 'width' | 'height'>, display: Area | undefined) {
  const { width, height } = display ?? first
  return {
    width: Math.max(smallest.width, Math.min(size.width, width)),
    height: Math.max(smallest.height, Math.min(size.height, height)),
  }
}

function isGraspable(window: Area, display: Area): boolean {
  const across = overlap(window.x, window.width, display.x, display.width)
  const down = overlap(window.y, graspable.height, display.y, display.height)
  return across >= graspable.width && down >= graspable.height / 2
}

/** How much two stretches share; negative when they are apart. */
function overlap(from: number, length: number, otherFrom: number, otherLength: number): number {
  return Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom)
}
