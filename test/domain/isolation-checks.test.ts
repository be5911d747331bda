import { describe, expect, it } from 'vitest'
import type { Bridge } from '../../src/domain/host-observation.ts'
import { describeIsolation } from '../../src/domain/isolation-checks.ts'

const bridge = (name: string, change: Partial<Bridge> = {}): Bridge => ({
  ...{ name, ours: true, callsFilter: true },
  ...change,
})
const say = (bridges: readonly Bridge[] | null) =>
  describeIsolation({ bridges }).map(({ verdict, sentence }) => `${verdict}: ${sentence}`)

describe('what keeps tenants apart', () => {
  it('is not judged by a helper that does not know it, nor without a network', () => {
    expect([say(null), say([])]).toEqual([[], []])
  })

  it('is good where every bridge calls the filter', () => {
    expect(say([bridge('mh1'), bridge('mh2')])).toEqual([
      'good: Tenants reach neither each other nor anything else.',
    ])
  })

  it('names each bridge that does not, and each interface that is taken for one', () => {
    const strange = bridge('mh-dmz', { ours: false, callsFilter: false })
    expect(say([bridge('mh1', { callsFilter: false }), bridge('mh2'), strange])).toEqual([
      'bad: Interface mh-dmz is no bridge of a tenant network, and the filter drops what comes in by it.',
      'bad: Bridge mh1 does not pass the filter: tenants on it can reach each other.',
    ])
  })
})
