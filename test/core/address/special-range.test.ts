import { describe, expect, it } from 'vitest'
import { noteSpecial } from '../../../src/core/address/special-range.ts'

describe('who can come over the internet', () => {
  it.each<[cidr: string, why: RegExp]>([
    ['192.168.1.20/32', /^192\.168\.1\.20 can't come over the internet: that is for private networks/],
    ['10.0.0.0/8', /^10\.0\.0\.0\/8 can't .* private networks/],
    ['172.31.0.0/16', /private networks/],
    ['fd00:1::/64', /private networks/],
    ['127.0.0.1/32', /a computer's own/],
    ['::1/128', /^::1 can't .* a computer's own/],
    ['169.254.1.1/32', /one network segment/],
    ['fe80::1/128', /one network segment/],
    ['100.64.0.0/10', /behind a provider/],
    ['100.127.255.255/32', /behind a provider/],
    ['224.0.0.1/32', /groups of receivers/],
    ['ff02::1/128', /groups of receivers/],
    ['203.0.113.0/25', /examples in documents/],
    ['2001:db8:77::/48', /examples in documents/],
    ['3fff::/20', /examples in documents/],
    ['0.0.0.0/8', /reserved/],
    ['255.255.255.255/32', /reserved/],
    ['198.18.0.1/32', /reserved/],
    ['4000::/8', /reserved/],
  ])('not %s', (cidr, why) => {
    expect(noteSpecial([cidr], [])).toEqual([{ cidrs: [cidr], sentence: expect.stringMatching(why) }])
  })

  it.each([
    ...[
      '8.8.8.8/32',
      '172.32.0.0/16',
      '100.128.0.0/10',
      '11.0.0.0/8',
      '0.0.0.0/0',
      '0.0.0.0/1',
      '10.0.0.0/7',
    ],
    ...['2a01:4f8::/32', '2000::/3', '::/0', '2001::/16'],
  ])('%s', (cidr) => {
    expect(noteSpecial([cidr], [])).toEqual([])
  })

  it('is said once for all of a kind', () => {
    const cidrs = ['10.0.0.1/32', '8.8.8.8/32', '127.0.0.1/32', '192.168.0.0/24', 'fd00::1/128']
    expect(noteSpecial(cidrs, [])).toEqual([
      {
        cidrs: ['10.0.0.1/32', '192.168.0.0/24', 'fd00::1/128'],
        sentence: expect.stringMatching(/^10\.0\.0\.1 and 2 more can't/),
      },
      { cidrs: ['127.0.0.1/32'], sentence: expect.any(String) },
    ])
  })

  it.each<[cidr: string, addresses: string[], noted: boolean]>([
    ['192.168.1.20/32', [], true],
    ['192.168.1.20/32', ['8.8.8.8'], true],
    ['192.168.1.20/32', ['cache.example.com'], true],
    ['192.168.1.20/32', ['10.0.0.5', 'cache.example.com'], true],
    ['192.168.1.20/32', ['10.0.0.5'], false],
    ['192.168.1.20/32', ['10.0.0.5', '2a01:4f8::1'], false],
    ['fd00::/8', ['10.0.0.5', '2a01:4f8::1'], true],
    ['fd00::/8', ['10.0.0.5'], false],
    ['203.0.113.0/24', ['203.0.113.9', '2001:db8::9'], false],
    ['203.0.113.0/24', ['10.0.0.5'], true],
    ['192.168.1.20/32', ['203.0.113.9'], true],
    ['127.0.0.1/32', ['10.0.0.5'], true],
    ['169.254.1.1/32', ['10.0.0.5'], true],
    ['224.0.0.1/32', ['10.0.0.5'], true],
  ])('%s on a host at %j is noted: %s', (cidr, addresses, noted) => {
    expect(noteSpecial([cidr], addresses)).toHaveLength(noted ? 1 : 0)
  })
})
