import { describe, expect, it } from 'vitest'
import type { Doors } from '../../src/domain/doors.ts'
import { isReady } from '../../src/domain/host-checks.ts'
import type { HostObservation } from '../../src/domain/host-observation.ts'
import { describeListeners, listTaken } from '../../src/domain/listener-checks.ts'
import { docker, facts, helper, ok, ready } from './observations.ts'

const places = ['acme', 'beta'].map((name, index) => ({ id: name, name, port: 20_000 + index }))
const quietNftables = { leading: [], unclear: [] }
const look = (
  doors: Partial<Doors['listening']> & Partial<Pick<Doors, 'translations' | 'nftables'>>,
  running: readonly string[] = ['acme', 'beta'],
  userlandProxy = true,
): HostObservation => {
  const { translations = [], nftables = quietNftables, ...listening } = doors
  const seen = { ipv6: true, unusual: new Map(), programs: [], ...listening }
  return {
    ...ready,
    facts: ok({ ...facts, userlandProxy }),
    docker: ok({ ...docker, running }),
    helper: ok({
      ...helper,
      places,
      doors: { listening: seen, translations, nftables, goneOfDocker: [], astray: [] },
    }),
  }
}
const say = (seen: HostObservation) =>
  describeListeners(seen).map(({ subject, verdict, sentence, advice }) =>
    `${subject}, ${verdict}: ${sentence} ${advice}`.trim(),
  )
const quiet = 'Port range, good: Nothing else listens in the port range.'

describe('who listens on a host', () => {
  it('is well where each running tenant is heard and nobody else', () => {
    expect(say(look({}))).toEqual([quiet])
  })

  it('a running tenant without its listener is named, with its mend', () => {
    expect(say(look({ unusual: new Map([[20_001, ['0.0.0.0']]]) }))).toEqual([
      'Listeners, bad: beta runs, but nothing listens on [::]:20001, so it is not reached over IPv6. `memharbor tenant restart beta` mends that, with an empty cache.',
      quiet,
    ])
  })

  it('nothing is missed where Docker has no proxy', () => {
    expect(say(look({ unusual: new Map([[20_001, []]]) }, ['acme', 'beta'], false))).toEqual([quiet])
  })

  it('a program on the port of a tenant that is down is named, and one beside the tenants too', () => {
    const unusual = new Map([[20_001, ['127.0.0.1']]])
    const programs = [
      { address: '127.0.0.1', port: 20_001, pid: 42, program: 'python3' },
      { address: '0.0.0.0', port: 20_500, pid: null, program: null },
      { address: '::', port: 20_501, pid: 7, program: 'nginx' },
    ]
    expect(say(look({ unusual, programs }, ['acme']))).toEqual([
      'Listeners, bad: python3 (process 42) listens on port 20001, which is that of beta. End it there, then `memharbor tenant restart beta`.',
      'Port range, note: 2 programs that are no tenants listen in the port range: 0.0.0.0 port 20500, :: port 20501 by nginx (process 7). The filter closes them to the outside. Move them to other ports if they should be reachable.',
    ])
  })

  it('a tenant whose port is taken is told by its id, where its container is down and Docker listens for it', () => {
    const unusual = new Map([[20_001, ['127.0.0.1']]])
    const programs = [{ address: '127.0.0.1', port: 20_001, pid: 42, program: 'python3' }]
    expect([...listTaken(look({ unusual, programs }, []))]).toEqual(['beta'])
    expect([...listTaken(look({ unusual, programs }))]).toEqual([])
    expect([...listTaken(look({ unusual, programs }, [], false))]).toEqual([])
    expect([...listTaken(look({ unusual: new Map([[20_001, []]]), programs }, []))]).toEqual([])
  })

  it('a rule that leads to tenants is bad, with the command that takes it away', () => {
    const rule = 'iptables -t nat -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 20000'
    const lines = describeListeners(look({ translations: [rule] }))
    expect(lines[0]).toMatchObject({ subject: 'Redirects', verdict: 'bad' })
    expect(lines[0]?.sentence).toContain(rule)
    expect(lines[0]?.advice).toContain('iptables -t nat -D PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT')
    expect(isReady(lines)).toBe(false)
  })

  it('a chain of nftables that leads to tenants is bad, with its place and the command that lists it', () => {
    const leading = [{ family: 'ip', table: 'foo', chain: 'prerouting' }]
    const seen = look({ nftables: { leading, unclear: [] } })
    expect(say(seen)).toEqual([
      'Redirects, bad: Rules of nftables lead to tenants past the filter: table ip foo, chain prerouting. Look as root there with `nft -a list chain ip foo prerouting`, and take them out where they come from.',
      quiet,
    ])
    expect(isReady(describeListeners(seen))).toBe(false)
  })

  it('what nftables does not let one know is a note, and no command holds a name that is not plain', () => {
    const unclear = [
      { family: 'inet', table: 'big', chain: null },
      { family: 'ip', table: 'foo; flush ruleset', chain: 'pre' },
    ]
    const seen = look({ nftables: { leading: [], unclear } })
    expect(say(seen)).toEqual([
      'Redirects, note: Whether nftables leads to tenants past the filter is not known: table inet big. Look as root there with `nft -a list table inet big`.',
      'Redirects, note: Whether nftables leads to tenants past the filter is not known: table ip foo; flush ruleset, chain pre. Look as root there with `nft -a list ruleset`.',
      quiet,
    ])
    expect(isReady(describeListeners(seen))).toBe(true)
    expect(say(look({ nftables: null }))).toEqual([
      'Redirects, note: Whether rules of nftables lead to tenants past the filter is not known: nft did not say. Try `nft list chains` as root there; its package is nftables.',
      quiet,
    ])
  })

  it('many chains of nftables are counted', () => {
    const leading = Array.from({ length: 7 }, (_, index) => ({
      family: 'ip',
      table: 'foo',
      chain: `c${index}`,
    }))
    const lines = describeListeners(look({ nftables: { leading, unclear: [] } }))
    expect(lines.map(({ sentence }) => sentence).at(5)).toBe(
      'There are more chains of nftables: 2 that lead there.',
    )
  })

  it('many are counted, and none keeps others from being created', () => {
    const many = Array.from({ length: 8 }, (_, index) => ({
      id: `t${index}`,
      name: `t${index}`,
      port: 20_000 + index,
    }))
    const unusual = new Map(many.map(({ port }) => [port, ['0.0.0.0']]))
    const doors = {
      listening: { ipv6: true, unusual, programs: [] },
      translations: [],
      nftables: quietNftables,
      goneOfDocker: [],
      astray: [],
    }
    const lines = describeListeners({
      ...ready,
      docker: ok({ ...docker, running: many.map(({ id }) => id) }),
      helper: ok({ ...helper, places: many, doors }),
    })
    expect(lines.map(({ sentence }) => sentence).at(5)).toBe('The same holds for 3 more tenants.')
    expect(isReady(lines)).toBe(true)
  })
})
