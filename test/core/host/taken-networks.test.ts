import { describe, expect, it } from 'vitest'
import { chooseNetwork } from '../../../src/core/host/choose-supernet.ts'
import { describeTaken } from '../../../src/core/host/describe-taken.ts'
import { listTakenNetworks, type Route, renderTaken } from '../../../src/core/host/taken-networks.ts'
import type { DockerFacts, HostFacts, HostObservation } from '../../../src/domain/host-observation.ts'
import { chooseSupernet } from '../../../src/domain/supernet.ts'
import {
  docker,
  facts,
  failed,
  noDocker,
  notPrepared,
  ok,
  ready,
  withHelper,
} from '../../domain/observations.ts'
import { problemOf } from '../../domain/problem-of.ts'

const route = (to: string, change: Partial<Route> = {}): Route => ({
  ...{ to, device: 'wg0', via: null, table: 'main' },
  ...change,
})
const ofDocker = (name: string, subnet: string) => ({ name, subnet })
const tenants = { tenants: 2 }
/** A host whose tenant networks lie in 10.213.0.0/16. */
const seenWith = (
  change: Partial<HostFacts>,
  others: Partial<DockerFacts> = {},
  helper = {},
): HostObservation => ({
  ...withHelper(helper),
  facts: ok({ ...facts, ...change }),
  docker: ok({ ...docker, ...others }),
})
const withSubnets = (...more: ReturnType<typeof ofDocker>[]) => ({ subnets: [...docker.subnets, ...more] })
const linesOf = (seen: HostObservation) =>
  describeTaken(seen).map(({ verdict, sentence, advice }) => [verdict, sentence, advice])

describe('what others have on a host', () => {
  it('is listed once, without what tenants have', () => {
    const seen = seenWith(
      {
        interfaces: [
          { device: 'eth0', address: '203.0.113.80', prefix: 24 },
          { device: 'docker0', address: '172.17.0.1', prefix: 16 },
          { device: 'mh1', address: '10.213.0.1', prefix: 22 },
        ],
        routes: [
          route('203.0.113.0/24', { device: 'eth0' }),
          route('203.0.113.80/32', { device: 'eth0', table: 'local' }),
          route('172.17.0.0/16', { device: 'docker0' }),
          route('10.213.0.0/22', { device: 'mh1' }),
          route('10.213.0.1/32', { device: 'mh1', table: 'local' }),
          route('10.9.0.0/16', { via: '10.8.0.1' }),
          route('10.9.1.0/24', { device: null, table: '52' }),
          route('10.9.2.0/24', { device: 'tailscale0', table: '52' }),
        ],
      },
      withSubnets(),
    )
    expect(listTakenNetworks(seen).map(renderTaken)).toEqual([
      '172.17.0.0/16 of the Docker network bridge',
      '203.0.113.0/24 of the interface eth0',
      '10.9.0.0/16, to which a route by wg0 through 10.8.0.1 leads',
      '10.9.1.0/24, to which a route to nowhere (table 52) leads',
      '10.9.2.0/24, to which a route by tailscale0 (table 52) leads',
    ])
  })

  it('is not known of a host that was not seen', () => {
    const away = { ...ready, facts: failed(noDocker.problem), docker: noDocker }
    expect(listTakenNetworks(away)).toEqual([])
  })
})

describe('the network for tenants', () => {
  const fresh = (change: Partial<HostFacts>, others: Partial<DockerFacts> = {}): HostObservation => ({
    ...seenWith({ helper: null, routes: [], ...change }, { networks: [], subnets: [], ...others }),
    helper: notPrepared,
  })

  it.each<[string, HostObservation, string]>([
    ['nothing', fresh({}), '10.213.0.0/16'],
    ['an address', fresh({ addresses4: ['10.213.5.5'] }), '10.214.0.0/16'],
    ['a route of any table', fresh({ routes: [route('10.213.7.0/24', { table: '52' })] }), '10.214.0.0/16'],
    ['a wide route', fresh({ routes: [route('10.0.0.0/8')] }), '172.30.0.0/16'],
    ['a Docker network', fresh({}, { subnets: [ofDocker('a', '10.213.252.0/24')] }), '10.214.0.0/16'],
    [
      'an interface that is down',
      fresh({ interfaces: [{ device: 'wg0', address: '10.213.0.9', prefix: 32 }] }),
      '10.214.0.0/16',
    ],
    [
      'k3s, tailscale, libvirt and Docker',
      fresh({
        routes: [
          route('10.42.0.0/24', { device: 'cni0' }),
          route('100.100.100.100/32', { device: 'tailscale0', table: '52' }),
          route('192.168.122.0/24', { device: 'virbr0' }),
        ],
      }),
      '10.213.0.0/16',
    ],
    ['its own networks without a helper', fresh({}, docker), '10.213.0.0/16'],
  ])('goes out of the way of %s', (_, seen, expected) => {
    expect(chooseNetwork(seen)).toBe(expected)
  })

  it('does not lie where Docker gives networks to others, unless there is no better place', () => {
    const pool = (base: string, size: number) => ({ base, size })
    expect(chooseSupernet([], [pool('10.213.0.0/16', 24), pool('10.214.0.0/15', 20)])).toBe('10.77.0.0/16')
    expect(chooseSupernet(['10.0.0.0/8'], docker.pools)).toBe('172.30.0.0/16')
    expect(chooseSupernet(['10.0.0.0/8', '172.29.0.0/16'], [pool('172.16.0.0/12', 24)])).toBe('172.30.0.0/16')
  })

  const reason = (seen: HostObservation, wanted?: string) => {
    const problem = problemOf(() => chooseNetwork(seen, wanted))
    return problem?.code === 'SUPERNET_INVALID' ? problem.details : problem
  }

  it('is refused where the operator wants it on top of others, and taken inside of a wider route', () => {
    const seen = fresh({ routes: [route('10.0.0.0/8'), route('10.99.4.0/24')] })
    expect(chooseNetwork(seen, '10.98.0.0/16')).toBe('10.98.0.0/16')
    expect(reason(seen, '10.99.0.0/16')).toEqual({
      ...{ host: 'web', supernet: '10.99.0.0/16', instead: '172.30.0.0/16' },
      reason: 'it overlaps 10.99.4.0/24, to which a route by wg0 leads',
    })
    expect(reason(seen, '10.99.0.0/24')).toMatchObject({ reason: expect.stringContaining('/22 or wider') })
    const full = fresh({ routes: [route('10.0.0.0/8'), route('172.16.0.0/12')] })
    expect(reason(full)).toEqual({
      ...{ host: 'web', supernet: '10.213.0.0/16' },
      reason: 'it overlaps 10.0.0.0/8, to which a route by wg0 leads, and so do the other usual ones',
    })
    const inDocker = fresh({}, { subnets: [ofDocker('wide', '10.0.0.0/8')] })
    expect(reason(inDocker, '10.98.0.0/16')).toMatchObject({
      reason: 'it overlaps 10.0.0.0/8 of the Docker network wide',
    })
  })

  it('stays while there are tenants, and may move without', () => {
    const hit = { routes: [route('10.213.4.0/24')] }
    expect(chooseNetwork(seenWith(hit, {}, tenants))).toBe('10.213.0.0/16')
    expect(chooseNetwork(seenWith(hit, {}, tenants), '10.213.0.0/16')).toBe('10.213.0.0/16')
    expect(reason(seenWith({}, {}, tenants), '10.99.0.0/16')).toMatchObject({ current: '10.213.0.0/16' })
    expect(reason(seenWith({}, { tenants: ['a'] }), '10.99.0.0/16')).toMatchObject({
      current: '10.213.0.0/16',
    })
    // Nobody knows whether there are tenants where the helper does not answer.
    expect(reason({ ...ready, helper: notPrepared }, '10.99.0.0/16')).toMatchObject({
      current: '10.213.0.0/16',
    })
    expect(chooseNetwork(seenWith({}))).toBe('10.213.0.0/16')
    expect(chooseNetwork(seenWith(hit))).toBe('10.214.0.0/16')
    expect(chooseNetwork(seenWith({ routes: [route('10.0.0.0/8')] }))).toBe('10.213.0.0/16')
    expect(chooseNetwork(seenWith({}), '10.99.0.0/16')).toBe('10.99.0.0/16')
    expect(chooseNetwork(withHelper({ supernet: '10.99.0.0/16' }))).toBe('10.99.0.0/16')
  })
})

describe('lines about what came into the network for tenants', () => {
  it('are none where nothing did', () => {
    expect(linesOf(ready)).toEqual([])
    expect(linesOf(seenWith({}, { pools: [{ base: '10.0.0.0/8', size: 16 }] }))).toEqual([])
  })

  it('name it, what is lost and the way out', () => {
    const seen = seenWith(
      {
        routes: [
          route('10.213.1.0/24'),
          route('10.213.0.0/16', { device: 'eth1', via: '192.168.1.1', table: '52' }),
        ],
        ways: [
          { bridge: 'mh1', device: 'eth1' },
          { bridge: 'mh2', device: null },
        ],
      },
      withSubnets(ofDocker('probe', '10.213.8.0/24')),
      tenants,
    )
    expect(linesOf(seen)).toEqual([
      [
        'bad',
        'The server sends what is for the tenant network on mh1 to eth1: clients do not reach the tenants there.',
        'Look at `ip rule` and `ip route show table all` there, and take that network out of what eth1 is for.',
      ],
      [
        'bad',
        'The server sends what is for the tenant network on mh2 nowhere: clients do not reach the tenants there.',
        'Look at `ip rule` and `ip route show table all` there, and take that network out of what it is for.',
      ],
      [
        'bad',
        'The Docker network probe has 10.213.8.0/24, in 10.213.0.0/16, which is kept for tenants: no tenant network can be made at that place, and the filter drops what other networks send to its containers.',
        'Make that network again with another subnet (`docker network create --subnet`); those of tenants cannot change while there are any.',
      ],
      [
        'bad',
        'A route by wg0 leads to 10.213.1.0/24, which takes that out of the tenant network memharbor-1 (10.213.0.0/22): clients do not reach tenants with these addresses.',
        'Give that VPN or network other addresses, or take the route out; those of tenants cannot change while there are any.',
      ],
      [
        'bad',
        'A route by eth1 through 192.168.1.1 (table 52) leads to 10.213.0.0/16, which is kept for tenants: the filter drops what this server passes on to it, and addresses that tenants have are not reached by it.',
        'Give that VPN or network other addresses, or take the route out; those of tenants cannot change while there are any.',
      ],
    ])
  })

  it('send to preparing as long as there are no tenants', () => {
    const seen = seenWith({ routes: [route('10.213.200.0/24')] })
    expect(describeTaken(seen)).toMatchObject([
      { advice: 'Prepare the host: it moves the tenant networks to another one.' },
    ])
  })

  it('are notes about wider ones, pools of Docker, and routes that are not known', () => {
    const seen = seenWith({ routes: [route('10.0.0.0/8')] }, { pools: [{ base: '10.208.0.0/12', size: 24 }] })
    expect(describeTaken(seen)).toMatchObject([
      { verdict: 'note', sentence: expect.stringContaining('a part of 10.0.0.0/8 (wg0)') },
      { verdict: 'note', sentence: expect.stringContaining('out of 10.208.0.0/12') },
    ])
    expect(describeTaken(seenWith({ routes: null }))).toMatchObject([
      { verdict: 'note', sentence: expect.stringContaining('is not known') },
    ])
  })

  it('are few, however many there are', () => {
    const routes = [...Array(4_000).keys()].map((at) =>
      route(`10.213.${at >> 4}.${(at & 15) * 16}/28`, { device: `wg${at}` }),
    )
    const lines = describeTaken(seenWith({ routes }))
    expect(lines).toHaveLength(6)
    expect(lines.at(-1)?.sentence).toBe('3995 more networks of others are in 10.213.0.0/16.')
  })
})
