import { describe, expect, it } from 'vitest'
import { beginDraft, followSaved, isConflict, isDirty } from '../../../src/renderer/features/tenant/draft.ts'

describe('a text that is edited', () => {
  it('follows what is saved elsewhere while nobody types', () => {
    expect(followSaved(beginDraft('old'), 'new')).toEqual(beginDraft('new'))
  })

  it('keeps what was typed, and tells that it was changed elsewhere', () => {
    const typed = { ...beginDraft('old'), text: 'mine' }
    const after = followSaved(typed, 'theirs')
    expect(after.text).toBe('mine')
    expect([isDirty(after), isConflict(after)]).toEqual([true, true])
  })

  it('is in order again when what was typed is what is saved', () => {
    const typed = { ...beginDraft('old'), text: 'mine' }
    expect(followSaved(typed, 'mine')).toEqual(beginDraft('mine'))
    expect(isConflict(typed)).toBe(false)
  })
})
