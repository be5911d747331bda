import { describe, expect, it } from 'vitest'
import { isPrivateAddress } from '../../../src/renderer/features/tenant/allowlist/private-address.ts'

describe('addresses that nobody on the internet comes from', () => {
  it.each([
    '10.0.0.1',
    '127.0.0.1',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.1.20',
    '169.254.1.1',
    '100.64.0.1',
    '100.127.9.9',
    'fd00::1',
    'fc12:3::1',
    'fe80::1',
    '::1',
  ])('%s is one', (address) => expect(isPrivateAddress(address)).toBe(true))

  it.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '110.0.0.1',
    '2001:db8::1',
    'fec0::1',
    '::1:1',
  ])('%s is none', (address) => expect(isPrivateAddress(address)).toBe(false))
})
