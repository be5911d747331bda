import { describe, expect, it } from 'vitest'
import { findStillInside } from '../../../src/core/address/still-inside.ts'

const sentenceOf = (...given: Parameters<typeof findStillInside>) => findStillInside(...given).sentence
const listOf = (...cidrs: string[]) => cidrs.map((cidr) => ({ cidr }))

describe('entries inside a range that was revoked', () => {
  it('are named, one and several', () => {
    const range = ['198.51.100.0/24']
    expect(sentenceOf(range, listOf('203.0.113.7/32', '198.51.100.0/25', '198.51.100.128/25'))).toBe(
      '198.51.100.0/25, 198.51.100.128/25 lie inside and stay on the list: they are entries of their own. Revoke them too to shut them out.',
    )
    expect(sentenceOf(range, listOf('198.51.100.7/32'))).toBe(
      '198.51.100.7/32 lies inside and stays on the list: it is an entry of its own. Revoke it too to shut it out.',
    )
    expect(sentenceOf(['0.0.0.0/0', '::/0'], listOf('2001:db8::/32'))).toContain('2001:db8::/32 lies')
  })

  it('are neither those beside it nor wider ones', () => {
    expect(sentenceOf(['198.51.100.0/25'], listOf('198.51.100.128/25', '198.51.0.0/16'))).toBe('')
    expect(sentenceOf([], listOf('198.51.100.7/32'))).toBe('')
  })
})
