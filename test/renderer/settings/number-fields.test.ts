import { describe, expect, test } from 'vitest'
import { tenantPortRange } from '../../../src/contract/limits.ts'
import {
  isUnsaved,
  keepNewer,
  readFields,
  type TypedFields,
} from '../../../src/renderer/features/settings/number-fields.ts'

const stored = { from: 20_000, to: 29_999 }
const ranges = { from: tenantPortRange, to: tenantPortRange }

describe('numbers that are one setting', () => {
  test.each<[TypedFields<typeof stored>, typeof stored | undefined, boolean]>([
    [{}, stored, false],
    [{ from: 20_000 }, stored, false],
    [{ from: '020000' }, stored, false],
    [{ from: 31_000 }, { from: 31_000, to: 29_999 }, true],
    [{ from: 31_000, to: 32_000 }, { from: 31_000, to: 32_000 }, true],
    [{ from: 31_000, to: '' }, undefined, true],
    [{ to: 80 }, undefined, true],
  ])('%o', (typed, fields, unsaved) => {
    expect(readFields(stored, typed, ranges)).toEqual(fields)
    expect(isUnsaved(stored, typed, ranges)).toBe(unsaved)
  })

  test('what was typed while it was saved stays', () => {
    const saved = { from: 31_000, to: 32_000 }
    expect(keepNewer(saved, { from: '31000', to: 32_000 }, ranges)).toEqual({})
    expect(keepNewer(saved, { from: 31_000, to: 3_200 }, ranges)).toEqual({ to: 3_200 })
    expect(keepNewer(saved, { to: '' }, ranges)).toEqual({ to: '' })
  })
})
