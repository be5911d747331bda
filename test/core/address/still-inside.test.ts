import { describe, expect, it } from 'vitest'
import { describeStillInside } from '../../../src/core/address/still-inside.ts'

const listOf = (...cidrs: string[]) => cidrs.map((cidr) => ({ cidr }))

describe('entries inside a range that was revoked', () => {
  it('are named, one and several', () => {
    const range = ['198.51.100.0/24']
    expect(describeStillInside(range, listOf('203.0.113.7/32', '198.51.100.0/25', '198.51.100.128/25'))).toBe(
      '198.51.100.0/25, 198.51.100.128/25 lie inside what was revoked and stay on the list: they are entries of their own.',
    )
    expect(describeStillInside(range, listOf('198.51.100.7/32'))).toBe(
      '198.51.100.7/32 lies inside what was revoked and stays on the list: it is an entry of its own.',
    )
    expect(describeStillInside(['0.0.0.0/0', '::/0'], listOf('2001:db8::/32'))).toContain(
      '2001:db8::/32 lies',
    )
  })

  it('are neither those beside it nor wider ones', () => {
    expect(describeStillInside(['198.51.100.0/25'], listOf('198.51.100.128/25', '198.51.0.0/16'))).toBe('')
    expect(describeStillInside([], listOf('198.51.100.7/32'))).toBe('')
  })
})
