import { describe, expect, it } from 'vitest'
import {
  describeCovered,
  isAnyone,
  renderCovered,
} from '../../../src/renderer/features/allowlist/covered-addresses.ts'

describe('how many addresses an entry covers', () => {
  it.each([
    ['203.0.113.7/32', '1', '1 address'],
    ['203.0.113.6/31', '2', '2 addresses'],
    ['198.51.100.0/24', '256', '256 addresses'],
    ['10.0.0.0/8', '16,777,216', '16,777,216 addresses'],
    ['0.0.0.0/2', '2³⁰', '2 to the power of 30 addresses'],
    ['2001:db8::7/128', '1', '1 address'],
    ['2001:db8::/64', '2⁶⁴', '2 to the power of 64 addresses'],
    ['::/0', '2¹²⁸', '2 to the power of 128 addresses'],
  ])('%s', (cidr, shown, read) => {
    expect(renderCovered(cidr)).toBe(shown)
    expect(describeCovered(cidr)).toBe(read)
  })

  it('knows the two entries that let in everybody', () => {
    expect(['0.0.0.0/0', '::/0', '0.0.0.0/1', '10.0.0.0/8'].map(isAnyone)).toEqual([true, true, false, false])
  })
})
