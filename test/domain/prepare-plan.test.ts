import { describe, expect, it } from 'vitest'
import type { HostObservation } from '../../src/domain/host-observation.ts'
import {
  describePrepareAction,
  needsRoot,
  type PrepareAction,
  type PrepareWish,
  planPrepare,
  planUndo,
} from '../../src/domain/prepare-plan.ts'
import {
  bare,
  bundled,
  entries,
  failed,
  noDocker,
  noEntries,
  notPrepared,
  ok,
  ready,
  withDocker,
  withFacts,
  withHelper,
} from './observations.ts'
import { problemOf } from './problem-of.ts'

const wish: PrepareWish = {
  loopback: false,
  range: { from: 20_000, to: 29_999 },
  supernet: '10.213.0.0/16',
  imageReference: 'memcached:1.6.45',
  imageSource: { kind: 'registry', digest: `sha256:${'d'.repeat(64)}` },
  replaceImage: false,
  bundled,
}
const loaded = (active: string, result: string) => ({ load: 'loaded', active, result })
const givenUp = {
  ...{ service: loaded('inactive', 'success'), socket: loaded('failed', 'trigger-limit-hit') },
  ...{ containerd: loaded('active', 'success'), containerdRuns: true, filter: loaded('inactive', 'success') },
}
const noRegistry: PrepareWish = { ...wish, imageSource: { kind: 'none', why: 'no registry answers' } }
const kinds = (seen: HostObservation, change: Partial<PrepareWish> = {}): string[] =>
  planPrepare(seen, { ...wish, ...change }).map(({ kind }) => kind)

const newer = { version: '1.10.0', sha256: 'c'.repeat(64) }
const older = { version: '1.2.2', sha256: 'c'.repeat(64) }

const silentDocker = failed({
  code: 'TIMED_OUT',
  details: { host: 'web', action: 'say its version', afterMs: 5_000 },
})

/** Of two more operators one has no account any more, and of the other nobody knows. */
const left: HostObservation = {
  ...withHelper({ operators: ['bob', 'deploy', 'eve'] }),
  accounts: ok([
    { name: 'bob', account: 'absent', uid: null, docker: null },
    { name: 'deploy', account: 'present', uid: 1000, docker: true },
    { name: 'eve', account: 'unclear', uid: null, docker: null },
  ]),
}

describe('the plan of preparing', () => {
  it('is empty for a host that is ready', () => {
    expect(planPrepare(ready, wish)).toEqual([])
    expect(planPrepare(ready, noRegistry)).toEqual([])
  })

  it('fails where others could have written who gets in', () => {
    const open = withHelper({ openPaths: ['/var/lib/memharbor', '/var/lib/memharbor/journal'] })
    expect(problemOf(() => planPrepare(open, wish))).toEqual({
      code: 'STATE_OPEN',
      details: { host: 'web', path: '/var/lib/memharbor' },
    })
  })

  it('fails where nothing is left to be done and nobody could be let in all the same', () => {
    const full = { unwritable: 'its disk is full' }
    expect(problemOf(() => planPrepare(withHelper(full), wish))).toEqual({
      ...{ code: 'STATE_UNWRITABLE', details: { host: 'web', reason: full.unwritable } },
    })
    expect(
      planPrepare(
        withHelper({ ...full, drift: { surplus: noEntries, missing: entries('192.0.2.9/32') } }),
        wish,
      ),
    ).toMatchObject([{ kind: 'close-range' }])
  })

  it('of a fresh server closes the range before Docker gets anything', () => {
    expect(planPrepare(bare, wish)).toEqual([
      { kind: 'install-packages', names: ['docker.io', 'iptables', 'ipset'] },
      { kind: 'install-helper', from: null, to: '1.2.3', user: 'deploy', reused: [] },
      { kind: 'close-range', range: wish.range, supernet: wish.supernet },
      { kind: 'create-network', index: 1, supernet: wish.supernet },
      { kind: 'pull-image', reference: 'memcached:1.6.45', digest: `sha256:${'d'.repeat(64)}` },
    ])
  })

  it.each<[string, HostObservation, Partial<PrepareWish>, string[]]>([
    ['ipset is missing', withFacts({ ipset: false }), {}, ['install-packages']],
    ['the helper is missing', withFacts({ helper: null }), {}, ['install-helper']],
    ['the helper is older', withFacts({ helper: older }), {}, ['install-helper']],
    ['the helper was altered', withFacts({ helper: { ...bundled, sha256: 'c' } }), {}, ['install-helper']],
    ['the user is not recorded', withHelper({ operators: ['other'] }), {}, ['install-helper']],
    [
      'its sudo rule names a login',
      withHelper({ rules: [{ name: 'deploy', uid: null }] }),
      {},
      ['install-helper'],
    ],
    ['somebody left', left, {}, ['remove-operators']],
    ['a policy-rc.d of ours was left', withFacts({ policyLeft: true }), {}, ['remove-policy']],
    [
      'a policy-rc.d of ours was left and packages are missing',
      withFacts({ policyLeft: true, ipset: false }),
      {},
      ['install-packages'],
    ],
    ['the sudo rule is missing', { ...ready, helper: notPrepared }, {}, ['install-helper', 'close-range']],
    ['the helper is newer', withFacts({ helper: newer }), {}, []],
    [
      'the helper is newer and the user not recorded',
      { ...withFacts({ helper: newer }), helper: withHelper({ operators: ['other'] }).helper },
      {},
      [],
    ],
    ['the range is open', withHelper({ baseInPlace: false }), {}, ['close-range']],
    ['nothing was configured', withHelper({ configured: false, supernet: null }), {}, ['close-range']],
    [
      'the records are damaged',
      withHelper({ configured: false, condition: 'damaged' }),
      {},
      ['renew-records'],
    ],
    [
      'entries differ',
      withHelper({ drift: { surplus: noEntries, missing: entries('192.0.2.9/32') } }),
      {},
      ['close-range'],
    ],
    [
      'an earlier range is closed still',
      withHelper({ earlierRanges: [{ from: 11_000, to: 11_999 }] }),
      {},
      ['close-range'],
    ],
    ['a container is published outside the range', withHelper({ strayPorts: [30_001] }), {}, []],
    ['another range is wished', ready, { range: { from: 20_000, to: 21_000 } }, ['close-range']],
    ['the network is missing', withDocker({ networks: [] }), {}, ['create-network']],
    ['only a later network is there', withDocker({ networks: ['memharbor-2'] }), {}, ['create-network']],
    ['the image is missing', withDocker({ image: null }), {}, ['pull-image']],
    ['the image is missing, and no registry there', withDocker({ image: null }), noRegistry, ['build-image']],
    ['another image is wished', ready, { replaceImage: true }, ['pull-image']],
    ['Docker would leave a tenant down', withDocker({ staysDown: ['acme'] }), {}, ['keep-running']],
    ['Docker hangs', { ...ready, docker: silentDocker }, {}, ['ask-docker']],
    [
      'Docker hangs and the range is open',
      { ...withHelper({ baseInPlace: false }), docker: silentDocker },
      {},
      ['close-range', 'ask-docker'],
    ],
    ['Docker is stopped', { ...ready, docker: noDocker }, {}, ['create-network', 'pull-image']],
    [
      'systemd gave Docker up',
      { ...withFacts({ dockerUnits: givenUp }), docker: noDocker },
      {},
      ['start-docker'],
    ],
    [
      'systemd gave Docker up before the host was prepared',
      { ...withFacts({ dockerUnits: givenUp, helper: null }), docker: noDocker, helper: notPrepared },
      {},
      ['install-helper', 'close-range', 'start-docker', 'create-network', 'pull-image'],
    ],
    [
      'the program docker is missing',
      { ...ready, docker: failed({ code: 'DOCKER_CLIENT_MISSING', details: { host: 'web' } }) },
      {},
      ['install-packages', 'create-network', 'pull-image'],
    ],
  ])('when %s', (_, seen, change, expected) => {
    expect(kinds(seen, change)).toEqual(expected)
  })

  it("changes nothing where Podman is in Docker's place, also where it could install Docker", () => {
    const seen = { ...bare, ...withFacts({ podman: 'program', dockerProgram: false }), docker: noDocker }
    for (const loopback of [false, true])
      expect(problemOf(() => planPrepare(seen, { ...wish, loopback }))?.code).toBe('DOCKER_IS_PODMAN')
  })

  it('fails before anything where the login may not use Docker, but closes an open range first', () => {
    const problem = { code: 'DOCKER_DENIED', details: { host: 'web', user: 'deploy' } } as const
    const docker = failed(problem)
    const isOpen = withHelper({ baseInPlace: false })
    for (const [seen, change] of [
      [{ ...bare, docker }, {}],
      [{ ...ready, docker }, {}],
      [{ ...ready, docker }, { loopback: true }],
      [{ ...withHelper({ baseInPlace: false, operators: ['other'] }), docker }, {}],
    ] as const) {
      expect(problemOf(() => planPrepare(seen, { ...wish, ...change }))).toEqual(problem)
    }
    expect(kinds({ ...isOpen, docker })[0]).toBe('close-range')
  })

  it('fails before anything when a newer helper cannot be used, and never replaces it', () => {
    const incompatible = failed({
      code: 'HELPER_INCOMPATIBLE',
      details: { host: 'web', found: '1.10.0 with protocol 2', speaks: 'protocol 1' },
    })
    for (const helper of [incompatible, notPrepared]) {
      expect(problemOf(() => planPrepare({ ...withFacts({ helper: newer }), helper }, wish))).toEqual({
        code: 'HELPER_INCOMPATIBLE',
        details: { host: 'web', found: '1.10.0', speaks: 'version 1.2.3' },
      })
    }
  })

  it.each<[string, HostObservation, Partial<PrepareWish>]>([
    ['by the wish of the operator', bare, { loopback: true }],
    [
      'with Docker Desktop',
      { ...bare, docker: withDocker({ desktop: true, networks: [], image: null }).docker },
      { loopback: true },
    ],
    ['on a Mac', { ...bare, link: 'socket', platform: 'darwin' }, { loopback: true }],
  ])('on loopback touches Docker only: %s', (_, seen, change) => {
    expect(kinds(seen, change)).toEqual(['create-network', 'pull-image'])
    expect(kinds(seen, { ...noRegistry, ...change })).toEqual(['create-network', 'build-image'])
  })

  it('of a newer helper does not matter on loopback', () => {
    expect(kinds({ ...withFacts({ helper: newer }), helper: notPrepared }, { loopback: true })).toEqual([])
  })
})

describe('the plan of undoing', () => {
  it('takes everything of ours, the filter last', () => {
    expect(planUndo(withDocker({ networks: ['memharbor-1', 'memharbor-2'] }))).toEqual([
      { kind: 'remove-image' },
      { kind: 'remove-network', name: 'memharbor-1' },
      { kind: 'remove-network', name: 'memharbor-2' },
      { kind: 'uninstall' },
    ])
  })

  it.each<[string, HostObservation, string[]]>([
    ['nothing is there', bare, []],
    ['Docker does not answer', { ...ready, docker: noDocker }, ['uninstall']],
    ['the helper cannot be used', { ...ready, docker: noDocker, helper: notPrepared }, ['uninstall']],
    [
      'a policy-rc.d of ours was left before the helper came',
      { ...withFacts({ helper: null, policyLeft: true }), docker: noDocker, helper: notPrepared },
      ['remove-policy'],
    ],
    [
      'a policy-rc.d of ours was left',
      { ...withFacts({ policyLeft: true }), docker: noDocker },
      ['uninstall'],
    ],
    ['only the image is there', { ...bare, docker: withDocker({ networks: [] }).docker }, ['remove-image']],
  ])('when %s', (_, seen, expected) => {
    expect(planUndo(seen).map(({ kind }) => kind)).toEqual(expected)
  })
})

describe('a step', () => {
  const actions: readonly [PrepareAction, boolean, string][] = [
    [
      { kind: 'install-packages', names: ['iptables', 'ipset'] },
      true,
      'Install the packages iptables, ipset',
    ],
    [
      { kind: 'install-helper', from: null, to: '1.2.3', user: 'deploy', reused: [] },
      true,
      'Install the helper 1.2.3, its sudo rule for deploy, and its units where systemd runs',
    ],
    [
      { kind: 'install-helper', from: '1.2.2', to: '1.2.3', user: 'deploy', reused: [] },
      true,
      'Replace the helper 1.2.2 by 1.2.3, its sudo rule for deploy, and its units where systemd runs',
    ],
    [
      {
        ...{ kind: 'install-helper', from: '1.2.3', to: '1.2.3', user: 'deploy', reused: [] },
        reused: [{ name: 'ann', other: 'bob' }],
      },
      true,
      'Put the helper 1.2.3 as this panel brings it, its sudo rule for deploy, and its units where systemd runs; write again the rules of ann (bob has the uid of it now)',
    ],
    [
      { kind: 'close-range', range: wish.range, supernet: wish.supernet },
      false,
      'Close ports 20000-29999 over IPv4 and IPv6 to all but the allowlists, and the tenant networks in 10.213.0.0/16 to direct access',
    ],
    [
      { kind: 'ask-docker' },
      false,
      'Ask Docker for the tenant network and the image: it does not answer now, so what is missing is not known',
    ],
    [
      { kind: 'renew-records', range: wish.range, supernet: wish.supernet },
      false,
      'Keep the damaged records in /var/lib/memharbor under other names there, and begin new ones: ports 20000-29999 stay closed to everybody, and the caches run on',
    ],
    [
      { kind: 'create-network', index: 2, supernet: wish.supernet },
      false,
      'Make the tenant network memharbor-2 (10.213.4.0/22)',
    ],
    [
      { kind: 'pull-image', reference: 'memcached:1.6.45', digest: 'sha256:d' },
      false,
      'Pull memcached:1.6.45 as sha256:d',
    ],
    [
      { kind: 'build-image', why: 'no registry answers' },
      true,
      "Make the image memharbor/memcached:current from the host's own memcached package (no registry answers)",
    ],
    [
      {
        kind: 'remove-operators',
        operators: [
          { name: 'bob', why: 'no account there' },
          { name: 'carl', why: 'may not use Docker there' },
        ],
      },
      true,
      'Take the right to run the helper away from bob (no account there), carl (may not use Docker there)',
    ],
    [
      { kind: 'remove-policy' },
      true,
      'Remove /usr/sbin/policy-rc.d, which a preparing that was cut off left',
    ],
    [{ kind: 'remove-image' }, false, 'Remove the image memharbor/memcached:current'],
    [{ kind: 'remove-network', name: 'memharbor-1' }, false, 'Remove the network memharbor-1'],
    [{ kind: 'uninstall' }, true, 'Remove the units, the sudo rule and the helper, and open the filter last'],
  ]

  it.each(actions)('is said in words, and whether it needs root: %o', (action, root, sentence) => {
    expect(describePrepareAction(action)).toBe(sentence)
    expect(needsRoot(action, true)).toBe(root)
  })

  it('makes an image without root where there is no filter', () => {
    expect(needsRoot({ kind: 'build-image', why: '' }, false)).toBe(false)
  })
})
