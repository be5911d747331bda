import { describe, expect, it } from 'vitest'
import { type CheckLine, checkLineSchema } from '../../src/contract/host.ts'
import { describeChecks, describePutBack, isReady } from '../../src/domain/host-checks.ts'
import type { KnownMode } from '../../src/domain/host-mode.ts'
import type { HostObservation } from '../../src/domain/host-observation.ts'
import {
  bare,
  bundled,
  docker,
  entries,
  facts,
  failed,
  helper,
  noDocker,
  noEntries,
  notPrepared,
  ready,
  withDocker,
  withFacts,
  withHelper,
} from './observations.ts'

const addresses = ['203.0.113.80', '2001:db8::80']
const fresh: KnownMode = { mode: 'unknown', modeReason: '', tenants: 0 }
const filtered: KnownMode = { ...fresh, mode: 'filtered' }
const local: KnownMode = { ...fresh, mode: 'loopback', modeReason: 'prepared without a filter, as asked' }
const check = (seen: HostObservation, known = fresh): CheckLine[] =>
  describeChecks(seen, bundled, addresses, known)
const linesOf = (lines: readonly CheckLine[], subject: string): CheckLine[] =>
  lines.filter((line) => line.subject === subject)

const older = { version: '1.2.2', sha256: 'c'.repeat(64) }
const newer = { version: '1.10.0', sha256: 'c'.repeat(64) }
const incompatible = failed({
  code: 'HELPER_INCOMPATIBLE',
  details: { host: 'web', found: '1.10.0 with protocol 2', speaks: 'protocol 1' },
})
const doors = {
  ...{ listening: { ipv6: true, unusual: new Map(), programs: [] }, translations: [] },
  ...{ nftables: null, goneOfDocker: ['nat DOCKER', 'filter DOCKER'], astray: [] },
}
const flushed = withHelper({ doors })
const listener = (port: number) => ({ address: '0.0.0.0', port })

describe('one line of the check', () => {
  it.each<[string, HostObservation, string, CheckLine['verdict'], string]>([
    ['SSH', ready, 'Connection', 'good', 'SSH works'],
    ['a slow way', { ...ready, dockerRoute: 'dial-stdio' }, 'Forwarding', 'note', 'forbids stream-local'],
    ['few sessions', { ...ready, isCrowded: true }, 'Sessions', 'note', 'starts only few sessions'],
    ['slow ports', { ...ready, portsRelayed: true }, 'Forwarding', 'note', 'forbids TCP forwarding'],
    [
      'a socket',
      { ...ready, link: 'socket', dockerRoute: 'socket' },
      'Connection',
      'good',
      'own Docker socket',
    ],
    ['the system', ready, 'System', 'good', 'Ubuntu 24.04.1 LTS, Linux 6.8.0-50-generic, 16000 MB'],
    [
      'a system that was not seen',
      {
        ...ready,
        facts: failed({ code: 'TIMED_OUT', details: { host: 'web', action: 'look', afterMs: 10_000 } }),
      },
      'System',
      'bad',
      'did not answer in 10 s',
    ],
    ['Docker', ready, 'Docker', 'good', 'Docker 29.0.1, API 1.52.'],
    [
      'no Docker',
      { ...withFacts({ dockerProgram: false }), docker: noDocker },
      'Docker',
      'missing',
      'not installed',
    ],
    [
      'Docker that hangs',
      {
        ...ready,
        docker: failed({
          code: 'TIMED_OUT',
          details: { host: 'web', action: 'say its version', afterMs: 10_000 },
        }),
      },
      'Docker',
      'bad',
      'the host itself answers',
    ],
    [
      'the Docker of one user',
      { ...withFacts({ ownDocker: true }), docker: noDocker },
      'Docker',
      'bad',
      'without root there, for this user alone (/run/user/1000/docker.sock)',
    ],
    [
      'Docker as a snap',
      withFacts({ snapDocker: true }),
      'Snap',
      'note',
      'sees no folders but those of users',
    ],
    [
      "Podman in Docker's place",
      { ...withFacts({ podman: 'program', dockerProgram: false }), docker: noDocker },
      'Docker',
      'bad',
      "Podman stands in Docker's place",
    ],
    [
      'a way to Docker that lacks its program',
      { ...ready, docker: failed({ code: 'DOCKER_CLIENT_MISSING', details: { host: 'web' } }) },
      'Docker',
      'bad',
      'forbids forwarding to sockets',
    ],
    ['Docker that is stopped', { ...ready, docker: noDocker }, 'Docker', 'bad', 'does not answer'],
    [
      'a user outside the docker group',
      { ...ready, docker: failed({ code: 'DOCKER_DENIED', details: { host: 'web', user: 'deploy' } }) },
      'Docker',
      'bad',
      'deploy may not use Docker',
    ],
    [
      'the oldest Docker',
      withDocker({ version: '20.10.0', apiVersion: '1.41' }),
      'Docker',
      'good',
      '20.10.0',
    ],
    [
      'a Docker too old',
      withDocker({ version: '19.3', apiVersion: '1.40' }),
      'Docker',
      'bad',
      'too old (API 1.40',
    ],
    [
      'networks',
      withDocker({ networks: ['memharbor-1', 'memharbor-2'] }),
      'Networks',
      'good',
      '2 for tenants',
    ],
    ['no network', withDocker({ networks: [] }), 'Networks', 'missing', 'memharbor-1 is not there'],
    [
      'only a later network',
      withDocker({ networks: ['memharbor-2'] }),
      'Networks',
      'missing',
      'memharbor-1 is not',
    ],
    ['iptables', ready, 'iptables', 'good', 'v1.8.10, nft backend'],
    ['no iptables', withFacts({ iptables: null }), 'iptables', 'missing', 'not installed'],
    ['ipset', ready, 'ipset', 'good', 'installed'],
    ['no ipset', withFacts({ ipset: false }), 'ipset', 'missing', 'not installed'],
    ['the helper', ready, 'Helper', 'good', 'is 1.2.3, checksum aaaaaaaaaaaa as expected'],
    ['no helper', withFacts({ helper: null }), 'Helper', 'missing', 'not installed'],
    [
      'an older helper',
      withFacts({ helper: older }),
      'Helper',
      'missing',
      'is 1.2.2; this panel brings 1.2.3',
    ],
    [
      'another text',
      withFacts({ helper: { ...bundled, sha256: 'c' } }),
      'Helper',
      'missing',
      'checksum is not',
    ],
    ['a newer helper', withFacts({ helper: newer }), 'Helper', 'note', "newer than this panel's 1.2.3"],
    [
      'a newer helper of another protocol',
      { ...withFacts({ helper: newer }), helper: incompatible },
      'Helper',
      'bad',
      "newer than this panel's 1.2.3",
    ],
    ['the sudo rule', ready, 'sudo', 'good', 'deploy may run the helper'],
    ['no sudo rule yet', bare, 'sudo', 'missing', 'may not run the helper as root yet'],
    [
      'a sudo rule that is gone',
      { ...ready, helper: notPrepared },
      'sudo',
      'missing',
      'may not run the helper as root: it is there, and no sudo rule for deploy.',
    ],
    [
      'a login name that sudo takes for an alias',
      { ...withFacts({ user: 'OPS' }), helper: notPrepared },
      'sudo',
      'bad',
      'OPS can get no rule to run the helper as root: sudo takes a name in capitals only for an alias.',
    ],
    [
      'a helper that fails',
      {
        ...ready,
        helper: failed({ code: 'HELPER_FAILED', details: { host: 'web', op: 'look', reason: 'it ended' } }),
      },
      'sudo',
      'bad',
      'could not look: it ended.',
    ],
    ['the filter', ready, 'Filter', 'good', 'Ports 20000-29999 are closed over IPv4 and IPv6'],
    [
      'damaged records',
      withHelper({ configured: false, condition: 'damaged' }),
      'Filter',
      'missing',
      'is damaged: its ports are closed to everybody',
    ],
    [
      'records of a newer helper',
      withHelper({ configured: false, condition: 'newer' }),
      'Filter',
      'bad',
      'A newer helper wrote',
    ],
    ['no filter yet', withHelper({ configured: false }), 'Filter', 'missing', 'not closed yet'],
    [
      'a filter that went',
      withHelper({ baseInPlace: false }),
      'Filter',
      'missing',
      '20000-29999 are not closed',
    ],
    [
      'a filter that could not be read',
      withHelper({ baseInPlace: false, unread: 'iptables-save failed: no' }),
      'Filter',
      'bad',
      'Whether the ports are closed cannot be told: iptables-save failed: no.',
    ],
    [
      'entries that let somebody in without a record',
      withHelper({ drift: { surplus: entries('192.0.2.9/32', '2001:db8::/32'), missing: noEntries } }),
      'Filter',
      'bad',
      'The filter lets in without a record: 192.0.2.9/32 to acme, 2001:db8::/32 to acme.',
    ],
    [
      'an entry that is not in the filter',
      withHelper({ drift: { surplus: noEntries, missing: entries('192.0.2.9/32') } }),
      'Filter',
      'missing',
      'Allowed, and not let in by the filter: 192.0.2.9/32 to acme.',
    ],
    [
      'differences by which nobody gets in',
      withHelper({ drift: { surplus: { ...noEntries, count: 1 }, missing: { ...noEntries, count: 2 } } }),
      'Filter',
      'missing',
      'differs from the records in 3 entries by which nobody gets in',
    ],
    ['a kernel without IPv6', withHelper({ ipv6: false }), 'Filter', 'good', 'closed over IPv4 (its kernel'],
    [
      'an earlier range',
      withHelper({ earlierRanges: [{ from: 11_000, to: 11_999 }] }),
      'Ports',
      'note',
      'An earlier range is closed, too: ports 11000-11999.',
    ],
    [
      'containers outside the range',
      withHelper({ strayPorts: [30_001, 30_002] }),
      'Ports',
      'note',
      'outside 20000-29999; closed there: ports 30001, 30002.',
    ],
    ['two backends', withHelper({ bothBackends: true }), 'Filter', 'bad', 'Both iptables backends'],
    [
      'Docker Desktop',
      { ...bare, docker: withDocker({ desktop: true }).docker },
      'Filter',
      'note',
      '127.0.0.1 only',
    ],
    [
      'Docker without root',
      { ...bare, docker: withDocker({ rootless: true }).docker },
      'Filter',
      'note',
      'without root',
    ],
    ['a Mac', { ...bare, link: 'socket', platform: 'darwin' }, 'Filter', 'note', 'does not run Linux'],
    [
      'a sudo that refuses',
      {
        ...bare,
        docker: ready.docker,
        sudo: { kind: 'unclear', words: 'deploy is not in the sudoers file' },
      },
      'Filter',
      'bad',
      'sudo answers "deploy is not in the sudoers file"',
    ],
    ['the image', ready, 'Image', 'good', 'memcached 1.6.45, image bbbbbbbbbbbb.'],
    ['no image', withDocker({ image: null }), 'Image', 'missing', 'not there'],
    ['addresses', ready, 'Address', 'good', 'connect to 203.0.113.80 or 2001:db8::80.'],
    [
      'rules of Docker that another program flushed',
      flushed,
      'Docker rules',
      'bad',
      'gone from the firewall, as after a flush by another program (missing: nat DOCKER, filter DOCKER)',
    ],
    ['no docker-proxy', withFacts({ userlandProxy: false }), 'IPv6', 'note', 'userland-proxy is off'],
    [
      'a free range',
      withFacts({ listeners: [listener(80), listener(30_000)] }),
      'Port range',
      'good',
      'Nothing else',
    ],
    [
      'a listener',
      withFacts({ listeners: [listener(20_000)] }),
      'Port range',
      'note',
      '1 program that is no tenant listens in the port range: 0.0.0.0 port 20000. The',
    ],
    [
      'many listeners',
      withFacts({ listeners: [20_001, 20_002, 20_003, 20_004, 20_005, 29_999].map(listener) }),
      'Port range',
      'note',
      '6 programs that are no tenants listen',
    ],
  ])('%s', (_, seen, subject, verdict, words) => {
    expect(linesOf(check(seen), subject)).toEqual([
      expect.objectContaining({ verdict, sentence: expect.stringContaining(words) }),
    ])
  })

  it("does not take the tenants' own ports for strangers", () => {
    const seen = {
      ...withFacts({ listeners: [listener(20_000), listener(20_001)] }),
      docker: { kind: 'ok', value: { ...docker, publishedPorts: [20_000] } } as const,
    }
    expect(linesOf(check(seen), 'Port range')[0]?.sentence).toContain('0.0.0.0 port 20001.')
  })

  it('says when no address is known', () => {
    expect(linesOf(describeChecks(ready, bundled, [], fresh), 'Address')).toMatchObject([{ verdict: 'bad' }])
  })
})

describe('the whole check', () => {
  it('of a host that has everything is good throughout, and the host is ready', () => {
    const lines = check(ready)
    expect(lines.map(({ subject, verdict }) => `${subject}: ${verdict}`)).toEqual([
      'Connection: good',
      'System: good',
      'Docker: good',
      'Networks: good',
      'iptables: good',
      'ipset: good',
      'Helper: good',
      'sudo: good',
      'Operators: good',
      'Filter: good',
      'Image: good',
      'Address: good',
      'Port range: good',
    ])
    expect(isReady(lines)).toBe(true)
  })

  it('of a fresh server names only what preparing puts right', () => {
    const lines = check(bare)
    expect(lines.filter(({ verdict }) => verdict === 'bad')).toEqual([])
    expect(lines.filter(({ verdict }) => verdict === 'missing').map(({ subject }) => subject)).toEqual([
      'Docker',
      'iptables',
      'ipset',
      'Helper',
      'sudo',
    ])
    expect(isReady(lines)).toBe(false)
  })

  it('of a host on loopback asks for nothing of the filter', () => {
    const lines = check({ ...ready, helper: notPrepared }, local)
    expect(linesOf(lines, 'Filter')).toMatchObject([
      { verdict: 'note', sentence: expect.stringContaining('as asked') },
    ])
    for (const subject of ['iptables', 'ipset', 'Helper', 'sudo']) expect(linesOf(lines, subject)).toEqual([])
    expect(isReady(lines)).toBe(true)
  })

  it('never says 127.0.0.1 of a host that has a filter, and is not ready where that cannot be seen', () => {
    const words = 'sudo: sorry, you must have a tty to run sudo'
    const unclear = check({ ...ready, helper: notPrepared, sudo: { kind: 'unclear', words } }, filtered)
    expect(linesOf(unclear, 'Filter')).toMatchObject([{ verdict: 'bad' }])
    expect(unclear.map(({ sentence }) => sentence).join(' ')).not.toContain('127.0.0.1')
    expect(isReady(unclear)).toBe(false)
    for (const subject of ['sudo', 'Filter'])
      expect(linesOf(unclear, subject)[0]?.sentence).toContain(`sudo answers "${words}"`)
  })

  it('does not call rules of Docker gone, or astray, that may be in the other backend of iptables', () => {
    const astray = [{ port: 20_000, to: null }]
    const places = [{ id: 'a', name: 'acme', port: 20_000 }]
    for (const found of [doors, { ...doors, goneOfDocker: [], astray }]) {
      const told = (bothBackends: boolean) =>
        check(withHelper({ bothBackends, places, doors: found })).filter(
          ({ subject }) => subject === 'Docker rules' || subject === 'Published ports',
        ).length
      expect([told(false), told(true)]).toEqual([1, 0])
    }
  })

  it('does not call a helper missing that was not looked for', () => {
    const problem = { code: 'TIMED_OUT', details: { host: 'web', action: 'look', afterMs: 10_000 } } as const
    expect(linesOf(check({ ...ready, facts: failed(problem) }), 'Helper')).toEqual([])
  })

  it.each(['missing', 'bad'] as const)('with one line %s is not ready', (verdict) => {
    expect(isReady([...check(ready), { subject: 'x', verdict, sentence: 'x.', advice: '' }])).toBe(false)
  })

  it.each([
    ['ready', ready],
    ['fresh', bare],
    ['half', { ...withHelper({ bothBackends: true }), docker: noDocker }],
    ['newer', { ...withFacts({ helper: newer }), helper: incompatible }],
    ['crowded', withFacts({ listeners: [listener(20_000)], userlandProxy: false })],
  ] as const)('is in whole sentences, with advice wherever something is to be done: %s', (_, seen) => {
    for (const line of check(seen)) {
      expect(checkLineSchema.parse(line)).toEqual(line)
      expect(line.sentence).toMatch(/^\p{Lu}|^deploy|^iptables|^ipset|^memcached|^\d/u)
      expect(line.sentence).toMatch(/[^.]\.$/)
      expect(`${line.sentence} ${line.advice}`).not.toMatch(/undefined|null|NaN|!|\b[Ww]e\b|\[object/)
      if (line.verdict === 'missing' || line.verdict === 'bad') expect(line.advice).toMatch(/\.$/)
    }
  })
})

it('starts from observations that are well themselves', () => {
  expect([facts.helper, helper.version]).toEqual([bundled, bundled.version])
})

it('of a host that was put back says what it has otherwise, and not that all is closed there', () => {
  const putBack = { since: '2026-11-22T10:02:53.123Z', tenants: ['acme', 'beta'], accepted: false }
  const [told] = describePutBack({ name: 'web1', putBack })
  // Whether every closing could be made again is not known of it.
  expect(told?.sentence).toBe(
    'web1 was put back to an older state (seen 2026-11-22T10:02:53.123Z). It has otherwise: acme, beta.',
  )
  const [other] = describePutBack({ name: 'web1', putBack: { ...putBack, accepted: true } })
  expect(other?.sentence).toBe(
    'web1 is another server than before, which was accepted (seen 2026-11-22T10:02:53.123Z). It has otherwise, or not at all: acme, beta.',
  )
  expect(describePutBack({ name: 'web1', putBack: null })).toEqual([])
})
