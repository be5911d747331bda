import { describe, expect, it } from 'vitest'
import { judgeHostKey } from '../../src/domain/host-key.ts'
import { parseKnownHosts, renderKnownHostsName } from '../../src/domain/known-hosts.ts'

const seen = { keyType: 'ssh-ed25519', fingerprint: 'SHA256:aaa', key: 'AAAA' }
const known = (keyType: string, key: string, marker?: 'revoked' | 'cert-authority') => ({
  marker,
  keyType,
  key,
})
const render = (key: string): string => `SHA256:of-${key}`

describe('a shown host key', () => {
  it.each([
    ['is known by its pin', { fingerprint: 'SHA256:aaa' }, [], { kind: 'known', source: 'pinned' }],
    [
      'differs from its pin, whatever known_hosts says',
      { fingerprint: 'SHA256:bbb' },
      [known('ssh-ed25519', 'AAAA')],
      { kind: 'changed', expected: 'SHA256:bbb' },
    ],
    [
      'is known by known_hosts',
      undefined,
      [known('ssh-rsa', 'BBBB'), known('ssh-ed25519', 'AAAA')],
      { kind: 'known', source: 'known-hosts' },
    ],
    [
      'differs from known_hosts',
      undefined,
      [known('ssh-ed25519', 'BBBB')],
      { kind: 'changed', expected: 'SHA256:of-BBBB' },
    ],
    ['is of a type that was never seen', undefined, [known('ssh-rsa', 'BBBB')], { kind: 'unknown' }],
    ['is not known', undefined, [], { kind: 'unknown' }],
    [
      'is not known by a certificate authority',
      undefined,
      [known('ssh-ed25519', 'AAAA', 'cert-authority')],
      { kind: 'unknown' },
    ],
    [
      'is revoked, though pinned',
      { fingerprint: 'SHA256:aaa' },
      [known('ssh-ed25519', 'AAAA', 'revoked')],
      { kind: 'changed', expected: 'a key that is not marked as revoked in known_hosts' },
    ],
  ] as const)('%s', (_, pin, entries, verdict) => {
    expect(judgeHostKey(seen, pin, entries, render)).toEqual(verdict)
  })
})

describe('a key that the operator has just accepted', () => {
  const accepted = [seen.fingerprint]

  it('counts, in place of a pin and of known_hosts too', () => {
    const verdict = { kind: 'known', source: 'pinned' }
    expect(judgeHostKey(seen, undefined, [], render, accepted)).toEqual(verdict)
    expect(judgeHostKey(seen, { fingerprint: 'SHA256:other' }, [], render, accepted)).toEqual(verdict)
    expect(judgeHostKey(seen, undefined, [known('ssh-ed25519', 'BBBB')], render, accepted)).toEqual(verdict)
  })

  it('is refused where it is revoked, and no other is accepted with it', () => {
    const revoked = [known('ssh-ed25519', 'AAAA', 'revoked')]
    expect(judgeHostKey(seen, undefined, revoked, render, accepted)).toMatchObject({ kind: 'changed' })
    expect(judgeHostKey(seen, undefined, [], render, ['SHA256:other'])).toEqual({ kind: 'unknown' })
  })
})

describe('known_hosts', () => {
  it('is read as ssh-keygen -F prints it', () => {
    const text = `# Host [203.0.113.7]:2222 found: line 3
|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 AAAAC3Nz+/==
@revoked [203.0.113.7]:2222 ssh-rsa AAAAB3Nz comment here
@cert-authority *.example.org ssh-rsa AAAAB3Nz
@other a ssh-rsa AAAA
half-a-line
name ssh-rsa no!base64
`
    expect(parseKnownHosts(text)).toEqual([
      known('ssh-ed25519', 'AAAAC3Nz+/=='),
      known('ssh-rsa', 'AAAAB3Nz', 'revoked'),
      known('ssh-rsa', 'AAAAB3Nz', 'cert-authority'),
    ])
  })

  it('names ports other than 22', () => {
    expect(renderKnownHostsName('Web', 22)).toBe('web')
    expect(renderKnownHostsName('2001:db8::1', 2222)).toBe('[2001:db8::1]:2222')
  })
})
