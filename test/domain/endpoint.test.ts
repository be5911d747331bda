import { expect, it } from 'vitest'
import type { HostTarget } from '../../src/contract/host.ts'
import { type AddressFacts, listEndpointAddresses, loopbackAddresses } from '../../src/domain/endpoint.ts'

const ssh: HostTarget = { kind: 'ssh', address: 'web' }
const socket: HostTarget = { kind: 'socket', path: '/var/run/docker.sock' }
const facts: AddressFacts = {
  addresses4: ['198.51.100.1', '198.51.100.2'],
  addresses6: ['2001:db8::80', '2001:db8::81'],
  userlandProxy: true,
  dockerWritesRules: true,
}
const noProxy = { ...facts, userlandProxy: false }

it.each<[string, HostTarget, string | null, string | null, AddressFacts | null, string[]]>([
  ['what SSH dialled', ssh, null, '203.0.113.80', facts, ['203.0.113.80', '2001:db8::80']],
  ['what the operator said', ssh, '192.0.2.1', '203.0.113.80', facts, ['192.0.2.1', '2001:db8::80']],
  ['a DNS name', ssh, 'cache.example.org', '203.0.113.80', facts, ['cache.example.org', '2001:db8::80']],
  ['the name of the target', ssh, null, null, facts, ['web', '2001:db8::80']],
  ['IPv6, then its IPv4', ssh, null, '2001:db8::99', facts, ['2001:db8::99', '198.51.100.1', '2001:db8::80']],
  ['the same address once', ssh, null, '2001:db8::80', facts, ['2001:db8::80', '198.51.100.1']],
  ['no IPv6 without docker-proxy', ssh, null, '203.0.113.80', noProxy, ['203.0.113.80']],
  ['only what was said, of a host that was not seen', ssh, '192.0.2.1', null, null, ['192.0.2.1']],
  ['what a host by socket has', socket, null, null, facts, ['198.51.100.1', '2001:db8::80']],
  [
    'what the operator said of a host by socket',
    socket,
    '192.0.2.1',
    null,
    facts,
    ['192.0.2.1', '2001:db8::80'],
  ],
  ['nothing of a host by socket that was not seen', socket, null, null, null, []],
  ['no IPv6 where there is none', socket, null, null, { ...facts, addresses6: [] }, ['198.51.100.1']],
])('tenants connect to %s', (_, target, publicAddress, dialled, seen, expected) => {
  expect(listEndpointAddresses(target, publicAddress, dialled, seen)).toEqual(expected)
})

it('tenants of a host without a filter connect from that computer only', () => {
  expect(loopbackAddresses).toEqual(['127.0.0.1'])
})
