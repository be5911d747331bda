import { describe, expect, it } from 'vitest'
import {
  filterAllowRows,
  toAllowInputs,
  toAllowRows,
} from '../../../src/renderer/features/tenant/allowlist/allow-rows.ts'

const anyone = [
  { cidr: '0.0.0.0/0', label: 'open day' },
  { cidr: '::/0', label: 'open day' },
]
const office = { cidr: '198.51.100.0/24', label: 'Office' }

describe('rows of the allowlist', () => {
  it('shows the two entries of anyone as one', () => {
    expect(toAllowRows([office, ...anyone])).toEqual([
      { key: 'anyone', cidr: 'anyone', label: 'open day', anyone: true },
      { key: office.cidr, ...office, anyone: false },
    ])
  })

  it('asks for them by the word, and for what stands twice once', () => {
    expect(toAllowInputs([...anyone, office, office])).toEqual([
      { cidr: 'anyone', label: 'open day' },
      { cidr: office.cidr, label: 'Office' },
    ])
  })

  it('finds rows by address and label', () => {
    const rows = toAllowRows([office, { cidr: '203.0.113.7/32', label: '' }])
    expect(filterAllowRows(rows, ' office ').map(({ cidr }) => cidr)).toEqual([office.cidr])
    expect(filterAllowRows(rows, '113.7').map(({ cidr }) => cidr)).toEqual(['203.0.113.7/32'])
    expect(filterAllowRows(rows, '')).toBe(rows)
  })
})
