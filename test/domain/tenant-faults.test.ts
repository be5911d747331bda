import { describe, expect, it } from 'vitest'
import { listOtherNetworks } from '../../src/core/tenant/other-networks.ts'
import { judgeFaults, judgeNetworks } from '../../src/domain/tenant-faults.ts'
import type { Listening } from '../../src/domain/tenant-listeners.ts'

const port = 20_000
const listening = (addresses: readonly string[] | undefined, change: Partial<Listening> = {}): Listening => ({
  ipv6: true,
  unusual: new Map(addresses === undefined ? [] : [[port, addresses]]),
  programs: [],
  ...change,
})
const runs = { state: 'running', status: 'Up 2 hours' }
const ended = { state: 'exited', status: 'Exited (0) 2 minutes ago' }
const judge = (
  container: typeof runs | null,
  heard: Listening | null,
  change: { port?: number | null; unlimited?: boolean } = {},
): string[] =>
  judgeFaults(change.port === undefined ? port : change.port, container, {
    listening: heard,
    unlimited: change.unlimited ?? false,
  }).map(({ kind, sentence }) => `${kind}: ${sentence}`)

describe('a tenant that runs', () => {
  it('has no fault where both wildcards lead to it, or where that is not known', () => {
    expect([judge(runs, listening(undefined)), judge(runs, null), judge(runs, null, { port: null })]).toEqual(
      [[], [], []],
    )
  })

  it.each([
    [
      ['0.0.0.0'],
      'listener: Nothing listens on [::]:20000, so it is not reached over IPv6. A restart mends that.',
    ],
    [
      ['::'],
      'listener: Nothing listens on 0.0.0.0:20000, so it is not reached from the host itself. A restart mends that.',
    ],
    [
      [],
      'listener: Nothing listens on 0.0.0.0:20000 and [::]:20000, so it is not reached from the host itself or over IPv6. A restart mends that.',
    ],
  ])('with nothing but %j says what is missing and what mends it', (addresses, sentence) => {
    expect(judge(runs, listening(addresses))).toEqual([sentence])
  })

  it('needs no listener on :: where the host has no IPv6', () => {
    expect(judge(runs, listening(['0.0.0.0'], { ipv6: false }))).toEqual([])
  })

  it('without limits is marked, whatever listens', () => {
    const sentence =
      'limits: Docker there keeps no limit of its memory and processes: see the check of its host.'
    expect(judge(runs, null, { unlimited: true })).toEqual([sentence])
    expect(judge(null, null, { unlimited: true })).toEqual([])
  })
})

describe('a tenant on another network than ours', () => {
  it('is reached past the filter, running or not', () => {
    expect(
      judgeNetworks('abc', { ...ended, otherNetworks: listOtherNetworks(['memharbor-1', 'bridge', 'none']) }),
    ).toEqual([
      {
        kind: 'network',
        sentence:
          'Its container is also joined to the network bridge: there it can still be reached, and reaches out, whatever the allowlist says and while it is suspended. Run on the host: `docker network disconnect bridge memharbor-abc`.',
      },
    ])
  })

  it('has no fault on tenant networks alone', () => {
    expect(
      judgeNetworks('abc', { ...runs, otherNetworks: listOtherNetworks(['memharbor-1', 'memharbor-64']) }),
    ).toEqual([])
    expect(listOtherNetworks(['memharbor-web', 'my-memharbor-1', 'host'])).toEqual([
      'host',
      'memharbor-web',
      'my-memharbor-1',
    ])
  })
})

describe('a tenant that is down', () => {
  it.each([ended, null])('has no fault where nobody listens on its port', (container) => {
    expect(judge(container, listening([]))).toEqual([])
  })

  it('names who listens there, also on one address only', () => {
    const programs = [
      { address: '127.0.0.1', port, pid: 42, program: 'python3' },
      { address: '127.0.0.1', port: 20_001, pid: 43, program: 'nc' },
    ]
    expect(judge(ended, listening(['127.0.0.1'], { programs }))).toEqual([
      'port-taken: python3 (process 42) listens on its port 20000: end that there, then restart the tenant.',
    ])
  })

  it('says so where the program is not known, and where it looks as Docker would', () => {
    expect(judge(ended, listening(undefined))).toEqual([
      'port-taken: Another program listens on its port 20000: end that there, then restart the tenant.',
    ])
  })

  it('is not judged while Docker starts it', () => {
    expect(judge({ state: 'restarting', status: 'Restarting (1)' }, listening(undefined))).toEqual([])
  })
})
