import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostTargetSchema } from '../../../src/contract/host.ts'
import { parseHostTarget } from '../../../src/main/cli/parse-target.ts'

describe('where a host is reached', () => {
  it.each([
    ['web1', { address: 'web1' }],
    ['web1:2222', { address: 'web1', port: 2222 }],
    ['deploy@web1.example.org', { user: 'deploy', address: 'web1.example.org' }],
    ['deploy@203.0.113.7:2222', { user: 'deploy', address: '203.0.113.7', port: 2222 }],
    ['203.0.113.7', { address: '203.0.113.7' }],
    ['2001:db8::7', { address: '2001:db8::7' }],
    ['::1', { address: '::1' }],
    ['deploy@2001:db8::7', { user: 'deploy', address: '2001:db8::7' }],
    ['[2001:db8::7]', { address: '2001:db8::7' }],
    ['deploy@[2001:db8::7]:22', { user: 'deploy', address: '2001:db8::7', port: 22 }],
    ['deploy@fe80::1%eth0', { user: 'deploy', address: 'fe80::1%eth0' }],
    ['[fe80::1%eth0]:22', { address: 'fe80::1%eth0', port: 22 }],
    ['web1:1', { address: 'web1', port: 1 }],
    ['web1:65535', { address: 'web1', port: 65_535 }],
  ])('%s', (text, expected) => {
    expect(parseHostTarget(text)).toEqual({ kind: 'ssh', ...expected })
  })

  it.each([
    '',
    ' ',
    '@',
    'deploy@',
    '@web1',
    'a@b@web1',
    'web1:',
    ':22',
    'web1:0',
    'web1:65536',
    'web1:123456',
    'web1:ssh',
    'web1:-1',
    'web1:22:22',
    '1:2:3',
    '[web1]:22',
    '[2001:db8::7',
    '2001:db8::7]:22',
    '[2001:db8::7]22',
    '[]',
    'web 1',
    'web1\n',
    'deploy @web1',
    '-oProxyCommand=id',
    'deploy@-oProxyCommand=id',
    '-deploy@web1',
  ])('%j is none', (text) => {
    expect(parseHostTarget(text)).toBeUndefined()
  })

  it('is always one that the contract takes, without blanks and never an option', () => {
    const part = fc.string({ unit: fc.constantFrom(...'abc019.:@[]- %\n'), maxLength: 20 })
    fc.assert(
      fc.property(part, (text) => {
        const target = parseHostTarget(text)
        if (target === undefined) return
        expect(hostTargetSchema.parse(target)).toEqual(target)
        for (const word of [target.address, target.user ?? 'x']) expect(word).toMatch(/^[^-\s@][^\s@]*$/)
      }),
      { numRuns: 2000 },
    )
  })
})
