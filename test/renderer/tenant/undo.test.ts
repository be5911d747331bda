import { describe, expect, it } from 'vitest'
import type { AllowEntry } from '../../../src/contract/allowlist.ts'
import {
  describeDifference,
  planUndo,
  readDifference,
} from '../../../src/renderer/features/tenant/allowlist/undo.ts'
import { changeOf } from './samples.ts'

const office: AllowEntry = { cidr: '198.51.100.0/24', label: 'office' }
const home: AllowEntry = { cidr: '203.0.113.7/32', label: '' }

describe('a change of the allowlist and its undo', () => {
  it('takes an addition back by revoking what was added', () => {
    const difference = readDifference(changeOf([office, home], [home]))
    expect(difference).toEqual({ added: [home], removed: [], relabelled: [] })
    expect(planUndo(difference)).toEqual({ allow: [], revoke: [home.cidr] })
    expect(describeDifference(difference, [])).toBe('203.0.113.7/32 was added.')
  })

  it('takes a removal back with the label it had', () => {
    const difference = readDifference(changeOf([home], [office]))
    expect(planUndo(difference)).toEqual({ allow: [office], revoke: [] })
    const cut = [{ address: '198.51.100.9', sockets: 2 }]
    expect(describeDifference(difference, cut)).toBe(
      '198.51.100.0/24 was removed. 2 connections from 198.51.100.9 were cut.',
    )
  })

  it('takes another label back', () => {
    const renamed = { ...office, label: 'headquarters' }
    const difference = readDifference(changeOf([renamed, home], [renamed, office]))
    expect(difference).toEqual({ added: [], removed: [], relabelled: [office] })
    expect(planUndo(difference)).toEqual({ allow: [office], revoke: [] })
    expect(describeDifference(difference, [])).toBe('198.51.100.0/24 has another label.')
  })

  it('has nothing to take back where nothing changed', () => {
    const difference = readDifference(changeOf([office], []))
    expect(planUndo(difference)).toBeUndefined()
    expect(describeDifference(difference, [])).toBe('Nothing changed: it was so already.')
  })

  it('counts where there are many', () => {
    const difference = readDifference(changeOf([], [office, home]))
    const cut = [
      { address: '198.51.100.9', sockets: 2 },
      { address: '203.0.113.7', sockets: 1 },
    ]
    expect(describeDifference(difference, cut)).toBe(
      '2 entries were removed. 3 connections from 2 addresses were cut.',
    )
  })
})
