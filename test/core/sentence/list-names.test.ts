import { expect, test } from 'vitest'
import { listNames } from '../../../src/core/sentence/list-names.ts'

test.each([
  [0, ''],
  [1, 't0'],
  [5, 't0, t1, t2, t3, t4'],
  [6, 't0, t1, t2, t3, t4 and 1 more'],
  [10_000, 't0, t1, t2, t3, t4 and 9,995 more'],
])('%i names', (count, sentence) => {
  expect(listNames(Array.from({ length: count }, (_, index) => `t${index}`))).toBe(sentence)
})
