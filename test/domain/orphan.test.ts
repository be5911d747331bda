import { describe, expect, it } from 'vitest'
import { isOrphan, type UnrecordedContainer } from '../../src/domain/orphan.ts'

const minutes = 60_000
const unknown: UnrecordedContainer = {
  known: 'unknown',
  recordedByHost: true,
  ageMs: 11 * minutes,
  itemsEver: 0,
}

describe('a container of ours that no record knows', () => {
  it.each<readonly [string, UnrecordedContainer, boolean]>([
    [
      'that was undone here, however young and whatever is in it',
      { ...unknown, known: 'ended', ageMs: 0, itemsEver: 9 },
      true,
    ],
    [
      'that was undone here, where only the store remembers',
      { ...unknown, known: 'ended', recordedByHost: false },
      true,
    ],
    ['of which something is unfinished here', { ...unknown, known: 'concerned' }, false],
    ['that is old, empty and of nobody', unknown, true],
    ['that another panel may be making', { ...unknown, ageMs: 9 * minutes }, false],
    ['of an age that cannot be read', { ...unknown, ageMs: null }, false],
    ['from the future', { ...unknown, ageMs: -60 * minutes }, false],
    ['in which something was stored', { ...unknown, itemsEver: 1 }, false],
    ['that does not say what is in it', { ...unknown, itemsEver: null }, false],
    ['of another panel that alone remembers it', { ...unknown, recordedByHost: false }, false],
  ])('%s', (_what, container, orphan) => {
    expect(isOrphan(container)).toBe(orphan)
  })
})
