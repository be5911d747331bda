import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeOwnPorts } from '../../../src/core/host/describe-own-ports.ts'
import { countLeft, listClashing, suggestRange } from '../../../src/core/host/own-ports.ts'
import { parsePortRange } from '../../../src/core/host/parse-port-range.ts'
import { countPortsOf, renderPorts, withoutPorts } from '../../../src/core/host/port-pieces.ts'
import { defaultPortRange, type PortRange } from '../../../src/domain/port-range.ts'
import { withFacts, withHelper } from '../../domain/observations.ts'
import { problemOf } from '../../domain/problem-of.ts'

const range = (from: number, to = from): PortRange => ({ from, to })
const own = (ephemeral: PortRange, ...reservedPorts: PortRange[]) => ({ ephemeral, reservedPorts })
const ranges = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 40 }))
    .map(([from, more]) => range(from, from + more)),
  { maxLength: 8 },
)
const portsOf = (pieces: readonly PortRange[]): number[] =>
  [
    ...new Set(pieces.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at))),
  ].sort((one, other) => one - other)

describe('ports that a host needs for itself', () => {
  it('are taken out of others one by one', () => {
    fc.assert(
      fc.property(ranges, ranges, (some, taken) => {
        const gone = new Set(portsOf(taken))
        expect(portsOf(withoutPorts(some, taken))).toEqual(portsOf(some).filter((port) => !gone.has(port)))
        expect(countPortsOf(some)).toBe(portsOf(some).length)
      }),
    )
  })

  it('are written as Linux writes them', () => {
    expect(renderPorts([range(20_000, 25_000), range(8_080), range(25_001, 29_999), range(22_000)])).toBe(
      '8080,20000-29999',
    )
    expect(renderPorts([])).toBe('')
  })

  it.each<[string, PortRange, PortRange[], string]>([
    ['below all of them', range(32_768, 60_999), [], ''],
    ['a range that was widened', range(1_024, 65_535), [], '20000-29999'],
    ['one that begins inside', range(25_000, 60_999), [], '25000-29999'],
    ['all reserved', range(1_024, 65_535), [range(20_000, 29_999)], ''],
    ['reserved in pieces', range(1_024, 65_535), [range(25_000, 40_000), range(10_000, 24_999)], ''],
    ['reserved but for one', range(1_024, 65_535), [range(20_000, 24_999), range(25_001, 29_999)], '25000'],
  ])('clash with tenants: %s', (_, ephemeral, reserved, expected) => {
    expect(renderPorts(listClashing(defaultPortRange, own(ephemeral, ...reserved)))).toBe(expected)
  })

  it.each<[string, PortRange, PortRange[], number[], string | undefined]>([
    ['the usual ones', range(32_768, 60_999), [], [], '20000-29999'],
    ['the usual ones, to be reserved', range(1_024, 65_535), [], [], '20000-29999'],
    ['those beside a listener', range(32_768, 60_999), [], [25_000], '15000-24999'],
    ['those above', range(15_000, 40_000), [], [], '55536-65535'],
    ['those that are reserved', range(1_024, 40_000), [range(3_000, 20_000)], [45_000], '55536-65535'],
    ['few', range(5_000, 40_000), [range(20_000, 20_099)], [40_001, 50_000, 60_000, 65_535], '50001-59999'],
    ['none', range(1_024, 29_255), [], [...Array(409).keys()].map((at) => 29_256 + at * 90), undefined],
  ])('leave %s', (_, ephemeral, reserved, listeners, expected) => {
    const found = suggestRange(own(ephemeral, ...reserved), listeners)
    expect(found === undefined ? undefined : renderPorts([found])).toBe(expected)
  })

  it('never get a refused range recommended, nor one that would be refused', () => {
    const port = fc.integer({ min: 1_024, max: 65_535 })
    const pieces = fc.array(
      fc.tuple(port, port).map(([one, other]) => range(Math.min(one, other), Math.max(one, other))),
    )
    fc.assert(
      fc.property(port, port, port, port, pieces, fc.array(port), (a, b, c, d, reservedPorts, listeners) => {
        const ephemeral = range(Math.min(c, d), Math.max(c, d))
        const asked = range(Math.min(a, b), Math.max(a, b))
        const parse = (wanted: PortRange) =>
          problemOf(() => parsePortRange('web', wanted, ephemeral, { reservedPorts, listeners }))
        const refused = parse(asked)
        if (refused?.code !== 'PORT_RANGE_INVALID') return
        const { instead } = refused.details
        expect(instead).not.toBe(renderPorts([asked]))
        if (instead === undefined) return
        const [from = 0, to = from] = instead.split('-').map(Number)
        expect(parse(range(from, to))).toBeUndefined()
        expect(listeners.filter((each) => each >= from && each <= to)).toEqual([])
        // What the operator is told to reserve makes the range possible.
        const reserve = (refused.details.reserve ?? '').split(',').map((piece) => {
          const [low = 0, high = low] = piece.split('-').map(Number)
          return range(low, high)
        })
        expect(listClashing(asked, own(ephemeral, ...reserve))).toEqual([])
        expect(countLeft(asked, own(ephemeral, ...reservedPorts))).toBeLessThan(28_232)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the line of a host whose own connections are lost', () => {
  const told = (ephemeral: PortRange, reservedPorts: PortRange[] = []) =>
    describeOwnPorts(withFacts({ ephemeral, reservedPorts }))

  it('is absent where none are', () => {
    expect(told(range(32_768, 60_999))).toEqual([])
    expect(told(range(1_024, 65_535), [range(20_000, 29_999)])).toEqual([])
    const unconfigured = withHelper({ configured: false }).helper
    const widened = withFacts({ ephemeral: range(1_024, 65_535) })
    expect(describeOwnPorts({ ...widened, helper: unconfigured })).toEqual([])
  })

  it('has figures and the line that mends it', () => {
    expect(told(range(1_024, 65_535), [range(8_080)])).toEqual([
      {
        subject: 'Own connections',
        verdict: 'bad',
        sentence:
          "The server takes ports of its own outgoing connections from 1024-65535 (net.ipv4.ip_local_port_range), also the tenants' 20000-29999: the filter drops the answers to connections from these.",
        advice:
          "Prepare the host, which reserves them, or there: `echo 'net.ipv4.ip_local_reserved_ports = 8080,20000-29999' | sudo tee /etc/sysctl.d/99-reserved-ports.conf && sudo sysctl -p /etc/sysctl.d/99-reserved-ports.conf`.",
      },
    ])
  })

  it('sends nobody to preparing where that would leave too few', () => {
    expect(told(range(15_000, 40_000))[0]?.advice).toMatch(/^Reserve them there: `echo/)
  })

  it('prints no list that is longer than a line', () => {
    const many = [...Array(200).keys()].map((at) => range(40_000 + at * 2))
    expect(told(range(1_024, 65_535), many)[0]?.advice).toContain('add 20000-29999 to')
  })
})
