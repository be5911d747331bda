import { expect, it } from 'vitest'
import { describeClientAddress, parseSshConnection } from '../../src/domain/client-address.ts'

it.each<[string, string | undefined]>([
  ['203.0.113.7 51234 198.51.100.2 22\n', '203.0.113.7'],
  ['::ffff:203.0.113.7 51234 ::ffff:198.51.100.2 22', '203.0.113.7'],
  ['2001:DB8:0::7 51234 2001:db8::1 22', '2001:db8::7'],
  ['fe80::1%eth0 51234 fe80::2%eth0 22', 'fe80::1'],
  ['', undefined],
  ['UNKNOWN 65535 UNKNOWN 65535', undefined],
  ['203.0.113.7', undefined],
  ['203.0.113.7 51234 198.51.100.2 22 x', undefined],
  ['203.0.113.7 port 198.51.100.2 22', undefined],
  ['010.1.2.3.4 1 2 3', undefined],
  ['<b>1</b> 51234 198.51.100.2 22', undefined],
])('SSH_CONNECTION=%j comes from %s', (text, address) => {
  expect(parseSshConnection(text)).toBe(address)
})

it.each<[address: string, jumps: string[], reason: RegExp]>([
  ['203.0.113.7', ['198.51.100.9:22'], /jump host 198\.51\.100\.9:22/],
  ['8.8.8.8', [], /^$/],
  ['2606:4700::1111', [], /^$/],
  ['192.168.1.5', [], /private network.*not what the internet sees/],
  ['127.0.0.1', [], /not what the internet sees/],
  ['100.64.0.9', [], /behind a provider/],
  ['fe80::1', [], /one network segment/],
  ['fd00::1', [], /private network/],
  ['::1', [], /not what the internet sees/],
])('%s through %j: %s', (address, jumps, reason) => {
  expect(describeClientAddress(address, jumps)).toEqual({ address, reason: expect.stringMatching(reason) })
})
