import { expect, it } from 'vitest'
import { foreseeShrink } from '../../../src/core/tenant/foresee-shrink.ts'

it.each<[usedMb: number, pagesMb: number, memoryMb: number, giving: string, keeping: string]>([
  // Full, never shrunk before: 35 MB is the limit of a cache of 16.
  [138, 128, 16, 'fits', 'unclear'],
  // Of 217 MB none is in pages any more, so nothing is left to give back.
  [217, 15, 16, 'is killed', 'is killed'],
  // The hash table and connections alone take more.
  [280, 256, 8, 'is killed', 'is killed'],
  [30, 20, 16, 'fits', 'fits'],
  // Small enough now, and pages that are still to come may not go where freed ones were.
  [80, 10, 64, 'fits', 'unclear'],
  [35, 16, 16, 'fits', 'fits'],
  [35.1, 16, 16, 'is killed', 'is killed'],
])('%f MB used, %f in pages, to %i: %s', (usedMb, pagesMb, memoryMb, giving, keeping) => {
  const basis = { usedMb, pagesMb, memoryMb }
  expect(foreseeShrink({ ...basis, givesBack: true })).toBe(giving)
  expect(foreseeShrink({ ...basis, givesBack: false })).toBe(keeping)
})
