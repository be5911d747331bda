import { describe, expect, test } from 'vitest'
import { choosePlace } from '../../../src/main/window/place.ts'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const beside = { x: 1440, y: 0, width: 1920, height: 1080 }
const saved = { x: 1500, y: 100, width: 1600, height: 900, maximized: false }

describe('where the window opens', () => {
  test.each([
    ['where it was, on the display that is still there', saved, [laptop, beside], saved],
    [
      'in the middle of the laptop, when the other display is gone',
      saved,
      [laptop],
      { width: 1440, height: 875, maximized: false },
    ],
    [
      'not under the menu bar',
      { ...saved, x: 10, y: 10, width: 800, height: 600 },
      [laptop],
      { x: 10, y: 25, width: 800, height: 600, maximized: false },
    ],
    [
      'where enough of its upper edge can be taken hold of',
      { ...saved, x: 1300, width: 800 },
      [laptop],
      { ...saved, x: 1300, width: 800, height: 875 },
    ],
    [
      'in the middle, when only a corner would be seen',
      { ...saved, x: 1340, y: 880, width: 800 },
      [laptop],
      { width: 800, height: 875, maximized: false },
    ],
    [
      'never smaller than can be read',
      { ...saved, x: 0, y: 30, width: 1, height: -5 },
      [laptop],
      { width: 720, height: 480, maximized: false },
    ],
    ['maximized again', { ...saved, maximized: true }, [laptop, beside], { ...saved, maximized: true }],
  ])('%s', (_what, place, displays, expected) => {
    expect(choosePlace(JSON.stringify(place), displays)).toEqual(expected)
  })

  test.each([
    ['the first time', undefined],
    ['after a damaged file', '{"x":1'],
    ['after a file of something else', '{"x":"1e9","y":null}'],
    ['after a file with fractions', JSON.stringify({ ...saved, x: 0.5 })],
  ])('in its first size %s', (_what, text) => {
    expect(choosePlace(text, [laptop])).toEqual({ width: 1280, height: 800, maximized: false })
  })
})
