import { expect, test } from 'vitest'
import { describeWrong, readWhole } from '../../../src/renderer/ui/read-whole.ts'

const range = { least: 8, most: 1_048_576 }

test.each<[typed: number | string, read: number | undefined]>([
  [8, 8],
  [1_048_576, 1_048_576],
  ['0128', 128],
  [7, undefined],
  [1_048_577, undefined],
  [64.5, undefined],
  ['64.0', undefined],
  ['', undefined],
  ['-', undefined],
  ['-64', undefined],
  [Number.NaN, undefined],
  // A field gives text when it holds more digits than a number does.
  ['9999999999999999', undefined],
  ['99999999999999999999999999', undefined],
])('%o is read as %o', (typed, read) => {
  expect(readWhole(typed, range)).toBe(read)
  expect(describeWrong(typed, range, true)).toBe(
    read === undefined ? 'A whole number from 8 to 1,048,576' : undefined,
  )
})

test('ports are told without groups', () => {
  expect(describeWrong('', { least: 1024, most: 65_535 }, false)).toBe('A whole number from 1024 to 65535')
})
