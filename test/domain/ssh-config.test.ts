import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/problem-error.ts'
import {
  expandSshPath,
  parseJump,
  parseSshConfig,
  renderEndpoint,
  requireSafeSshWord,
} from '../../src/domain/ssh-config.ts'

const sample = `host web
user deploy
hostname 203.0.113.7
port 2222
addressfamily any
identitiesonly yes
identityfile ~/.ssh/id_ed25519
identityfile /keys/with blank
identityagent none
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile /home/ann/.ssh/known_hosts none
hostkeyalias web.internal
proxyjump ann@198.51.100.1:2200,[2001:db8::1]:22,gate
`
const variable = (name: string): string => ['$', '{', name, '}/id'].join('')

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
  return undefined
}

describe('the output of ssh -G', () => {
  it('is read whole', () => {
    expect(parseSshConfig('web', sample)).toEqual({
      hostname: '203.0.113.7',
      user: 'deploy',
      port: 2222,
      identityFiles: ['~/.ssh/id_ed25519', '/keys/with blank'],
      identityAgent: 'none',
      identitiesOnly: true,
      jumps: [
        { user: 'ann', address: '198.51.100.1', port: 2200 },
        { address: '2001:db8::1', port: 22 },
        { address: 'gate' },
      ],
      proxyCommand: undefined,
      knownHostsFiles: [
        '/home/ann/.ssh/known_hosts',
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      hostKeyAlias: 'web.internal',
    })
  })

  it('may say none, and come from Windows', () => {
    const config = parseSshConfig(
      'web',
      'user a\r\nhostname b\r\nport 22\r\nproxyjump none\r\nproxycommand none\r\n',
    )
    expect(config).toMatchObject({ user: 'a', hostname: 'b', jumps: [], proxyCommand: undefined })
  })

  it.each([
    ['nothing', ''],
    ['no host name', 'user a\nport 22\n'],
    ['a port that is none', 'user a\nhostname b\nport 70000\n'],
    ['a jump that is none', 'user a\nhostname b\nport 22\nproxyjump a:b:c:d\n'],
  ])('is refused with %s', (_, text) => {
    expect(codeOf(() => parseSshConfig('web', text))).toBe('SSH_CONFIG_UNREADABLE')
  })
})

describe('a jump', () => {
  it.each([
    ['gate', { address: 'gate' }],
    ['ssh://ann@gate:22', { user: 'ann', address: 'gate', port: 22 }],
    ['[2001:db8::1]', { address: '2001:db8::1' }],
  ])('%s', (text, expected) => {
    expect(parseJump('web', text)).toEqual(expected)
  })
})

describe('a path of the configuration', () => {
  const tokens = {
    home: '/home/ann',
    localUser: 'ann',
    localHostname: 'laptop.example.org',
    originalHost: 'web',
    hostname: '203.0.113.7',
    port: 2222,
    user: 'deploy',
  }
  it.each([
    ['~/.ssh/id', '/home/ann/.ssh/id'],
    ['%d/%r@%h-%p-%n-%u-%L-%l-%%', '/home/ann/deploy@203.0.113.7-2222-web-ann-laptop-laptop.example.org-%'],
    [variable('KEYS'), '/keys/id'],
    ['/a~/b', '/a~/b'],
    ['%Z', undefined],
    [variable('UNSET'), undefined],
  ])('%s', (path, expected) => {
    expect(expandSshPath(path, tokens, { KEYS: '/keys' })).toBe(expected)
  })
})

describe('what goes to ssh', () => {
  it.each(['web', 'web-1.example.org', '203.0.113.7', '2001:db8::1', 'fe80::1%eth0', 'büro'])(
    'takes %s',
    (word) => {
      expect(requireSafeSshWord('SSH address', word)).toBe(word)
    },
  )
  it.each([
    '-oProxyCommand=x',
    '',
    'a b',
    'a;b',
    '$(id)',
    '`id`',
    "a'b",
    'a\nb',
    'a"b',
    'a|b',
    'x'.repeat(300),
  ])('refuses %j', (word) => {
    expect(codeOf(() => requireSafeSshWord('SSH address', word))).toBe('INVALID_INPUT')
    expect(codeOf(() => requireSafeSshWord('SSH user', word))).toBe('INVALID_INPUT')
  })
})

it('names an endpoint', () => {
  expect(renderEndpoint('203.0.113.7', 22)).toBe('203.0.113.7:22')
  expect(renderEndpoint('2001:db8::1', 2222)).toBe('[2001:db8::1]:2222')
})
