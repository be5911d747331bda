import { describe, expect, it } from 'vitest'
import type { Bridge } from '../../src/domain/host-observation.ts'
import { describeIsolation } from '../../src/domain/isolation-checks.ts'

const bridge = (name: string, change: Partial<Bridge> = {}): Bridge => ({
  ...{ name, ours: true, callsFilter: true },
  ...change,
})
const places = [{ id: 'abc', name: 'acme', port: 20_000 }]
const alone = { elsewhere: [], guests: [], resolving: [] }
const say = (bridges: readonly Bridge[] | null, docker: Parameters<typeof describeIsolation>[1] = alone) =>
  describeIsolation({ bridges, places, baseInPlace: true }, docker).map(
    ({ verdict, sentence }) => `${verdict}: ${sentence}`,
  )

describe('what keeps tenants apart', () => {
  it('is not judged by a helper that does not know it, nor without a network', () => {
    expect([say(null), say([])]).toEqual([[], []])
  })

  it('is good where every bridge calls the filter', () => {
    expect(say([bridge('mh1'), bridge('mh2')])).toEqual([
      'good: Tenants reach neither each other nor anything else.',
    ])
  })

  it('is not good where the filter is not in place', () => {
    const seen = { bridges: [bridge('mh1')], places, baseInPlace: false }
    expect(describeIsolation(seen, alone)).toEqual([])
  })

  it('names each bridge that does not, and each interface that is taken for one', () => {
    const strange = bridge('mh-dmz', { ours: false, callsFilter: false })
    expect(say([bridge('mh1', { callsFilter: false }), bridge('mh2'), strange])).toEqual([
      'bad: Interface mh-dmz is no bridge of a tenant network, and the filter drops what comes in by it.',
      "bad: Bridge mh1 is not set to filter what tenants on it send each other: they may reach each other, unless the system's own setting does.",
    ])
  })

  it('is not good while a tenant is on another network, or while Docker does not say', () => {
    const elsewhere = [
      { id: 'abc', container: 'memharbor-abc', networks: ['bridge', 'web'] },
      { id: 'xyz', container: 'cache1', networks: ['a`reboot`'] },
    ]
    const lines = describeIsolation(
      { bridges: [bridge('mh1')], places, baseInPlace: true },
      { ...alone, elsewhere },
    )
    expect(lines).toMatchObject([
      {
        verdict: 'bad',
        sentence:
          'acme: Its container is also joined to the networks bridge, web: there it can still be reached, and reaches out, whatever the allowlist says and while it is suspended.',
        advice:
          'Run on the host: `docker network disconnect bridge memharbor-abc`, `docker network disconnect web memharbor-abc`.',
      },
      { verdict: 'bad', advice: 'Run on the host: `docker network disconnect NETWORK cache1`.' },
    ])
    expect(say([bridge('mh1')], null)).toEqual([])
  })

  it('notes whose containers may ask for names, and is not good beside them', () => {
    expect(say([bridge('mh1')], { ...alone, resolving: ['xyz', 'abc'] })).toEqual([
      'note: Made by an earlier Memharbor, so a program inside could ask Docker for names, also of the tenants beside it: acme, xyz.',
    ])
  })

  it('notes who else is on a network of tenants', () => {
    const guests = [{ network: 'memharbor-1', name: 'proxy' }]
    expect(say([bridge('mh1')], { ...alone, guests })).toEqual([
      "note: Container proxy, which is no tenant's, is joined to the tenant network memharbor-1, where the filter lets it reach nobody.",
      'good: Tenants reach neither each other nor anything else.',
    ])
  })
})
