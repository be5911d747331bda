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
    const change = changeOf([office, home], [home])
    const difference = readDifference(change)
    expect(difference).toEqual({ added: [home], removed: [], relabelled: [] })
    expect(planUndo(difference)).toEqual({ allow: [], revoke: [home.cidr] })
    expect(describeDifference(difference, change)).toBe('203.0.113.7/32 was added.')
  })

  it('takes a removal back with the label it had', () => {
    const change = changeOf([home], [office])
    const difference = readDifference(change)
    expect(planUndo(difference)).toEqual({ allow: [office], revoke: [] })
    const cut = [{ address: '198.51.100.9', sockets: 2 }]
    expect(describeDifference(difference, { ...change, cut })).toBe(
      '198.51.100.0/24 was removed. 2 connections from 198.51.100.9 were cut.',
    )
  })

  it('says what lies inside a range that was removed, and stays', () => {
    const staysInside = { cidrs: ['198.51.100.0/25'], sentence: '198.51.100.0/25 stays.' }
    const change = { ...changeOf([home], [office]), staysInside }
    expect(describeDifference(readDifference(change), change)).toBe(
      `198.51.100.0/24 was removed. ${staysInside.sentence}`,
    )
  })

  it('takes another label back', () => {
    const renamed = { ...office, label: 'headquarters' }
    const change = changeOf([renamed, home], [renamed, office])
    const difference = readDifference(change)
    expect(difference).toEqual({ added: [], removed: [], relabelled: [office] })
    expect(planUndo(difference)).toEqual({ allow: [office], revoke: [] })
    expect(describeDifference(difference, change)).toBe('198.51.100.0/24 has another label.')
  })

  it('has nothing to take back where nothing changed', () => {
    const change = changeOf([office], [])
    const difference = readDifference(change)
    expect(planUndo(difference)).toBeUndefined()
    expect(describeDifference(difference, change)).toBe('Nothing changed: it was so already.')
  })

  it('counts where there are many', () => {
    const change = changeOf([], [office, home])
    const difference = readDifference(change)
    const cut = [
      { address: '198.51.100.9', sockets: 2 },
      { address: '203.0.113.7', sockets: 1 },
    ]
    expect(describeDifference(difference, { ...change, cut })).toBe(
      '2 entries were removed. 3 connections from 2 addresses were cut.',
    )
  })
})
