import { expect, it } from 'vitest'
import { describeForwarding } from '../../../src/core/host/describe-forwarding.ts'
import { ready, withFacts, withHelper } from '../../domain/observations.ts'

const told = (change: Parameters<typeof withFacts>[0]) => describeForwarding(withFacts(change))

it('a kernel that passes packets on and has room for connections has no line', () => {
  expect(describeForwarding(ready)).toEqual([])
  expect(told({ forwards: null, conntrack: { count: 94, most: 100 } })).toEqual([])
})

it('a kernel that passes no packets on keeps clients out, where Docker leads them by rules', () => {
  expect(told({ forwards: false })).toMatchObject([
    {
      subject: 'IPv4 forwarding',
      verdict: 'bad',
      sentence: expect.stringContaining('net.ipv4.ip_forward is 0'),
    },
  ])
  expect(told({ forwards: false, dockerWritesRules: false })).toEqual([])
  const open = withHelper({ configured: false }).helper
  expect(describeForwarding({ ...withFacts({ forwards: false }), helper: open })).toEqual([])
})

it('a kernel whose table of connections is nearly full is told with its figures', () => {
  expect(told({ conntrack: { count: 249_037, most: 262_144 } })).toMatchObject([
    {
      ...{ subject: 'Connection tracking', verdict: 'bad' },
      sentence: expect.stringContaining('249037 of at most 262144'),
      advice: expect.stringContaining('nf_conntrack_max=524288'),
    },
  ])
})
