import { describe, expect, it } from 'vitest'
import { covers, parseCidr } from '../../src/domain/address.ts'
import {
  bridgeName,
  containerName,
  imageTag,
  isTenantNetwork,
  networkName,
  networkSubnet,
  ownedLabel,
  schemaLabel,
  supernetCandidates,
  tenantLabel,
} from '../../src/domain/host-names.ts'
import { chooseSupernet, isSupernet, requireSupernet } from '../../src/domain/supernet.ts'
import { problemOf } from './problem-of.ts'

const indexes = Array.from({ length: 64 }, (_, index) => index + 1)

describe('names on a host', () => {
  it('are those of the design', () => {
    expect([containerName('t1'), networkName(1), bridgeName(1), imageTag]).toEqual([
      'memharbor-t1',
      'memharbor-1',
      'mh1',
      'memharbor/memcached:current',
    ])
    expect([tenantLabel, schemaLabel, ownedLabel].every((label) => label.startsWith('io.memharbor.'))).toBe(
      true,
    )
  })

  it('of bridges fit into the 15 characters of Linux and differ', () => {
    const names = indexes.map(bridgeName)
    expect(names.every((name) => /^mh\d+$/.test(name) && name.length <= 15)).toBe(true)
    expect(new Set(names).size).toBe(64)
  })
})

describe('the name of a tenant network', () => {
  it.each([1, 9, 10, 64, 99, 100, 999, 1_000, 9_999, 10_000, 16_384])(
    'is one with the number %d',
    (index) => {
      expect(isTenantNetwork(networkName(index))).toBe(true)
    },
  )

  it.each([
    ...['memharbor-0', 'memharbor-01', 'memharbor-16385', 'memharbor-100000', 'memharbor-', 'memharbor-1x'],
    ...['memharbor-1\n', ' memharbor-1', 'memharbor--1', 'memharbor-1.5', 'bridge', 'host', 'other-1', ''],
  ])('is not %j', (name) => {
    expect(isTenantNetwork(name)).toBe(false)
  })
})

describe('the subnet of a tenant network', () => {
  it.each([
    [1, '10.213.0.0/22', '10.213.0.1'],
    [2, '10.213.4.0/22', '10.213.4.1'],
    [64, '10.213.252.0/22', '10.213.252.1'],
  ])('%d is %s', (index, subnet, gateway) => {
    expect(networkSubnet('10.213.0.0/16', index)).toEqual({ subnet, gateway })
  })

  it('counts up from where a smaller supernet begins', () => {
    expect(networkSubnet('10.213.16.0/20', 2)).toEqual({ subnet: '10.213.20.0/22', gateway: '10.213.20.1' })
    expect(() => networkSubnet('10.213.16.0/20', 0)).toThrow(RangeError)
    expect(() => networkSubnet('10.213.16.0/20', 5)).toThrow(RangeError)
  })

  it('goes on past the end of an octet where the supernet is wider', () => {
    expect(networkSubnet('172.16.0.0/12', 65)).toEqual({ subnet: '172.17.0.0/22', gateway: '172.17.0.1' })
    expect(networkSubnet('10.0.0.0/8', 16_384)).toEqual({
      subnet: '10.255.252.0/22',
      gateway: '10.255.252.1',
    })
    expect(() => networkSubnet('10.0.0.0/8', 16_385)).toThrow(RangeError)
  })

  it.each([0, -1, 65, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is none', (index) => {
    expect(() => networkSubnet('10.213.0.0/16', index)).toThrow(RangeError)
  })

  it.each(supernetCandidates)('stays inside %s, apart from all others, and holds its gateway', (supernet) => {
    const all = indexes.map((index) => networkSubnet(supernet, index))
    for (const { subnet, gateway } of all) {
      expect(parseCidr(subnet)).toBe(subnet)
      expect(covers(supernet, subnet)).toBe(true)
      expect(covers(subnet, parseCidr(gateway))).toBe(true)
    }
    expect(new Set(all.map(({ subnet }) => subnet)).size).toBe(64)
  })
})

describe('the supernet', () => {
  it.each([
    ['of a host without addresses', [], '10.213.0.0/16'],
    ['of a host elsewhere', ['203.0.113.7', '10.212.255.255', '10.215.0.1'], '10.213.0.0/16'],
    ['of a host in the first', ['10.213.255.254'], '10.214.0.0/16'],
    ['of a host in the first two', ['10.214.0.1', '10.213.0.1'], '10.77.0.0/16'],
    ['of a host with IPv6 and with nonsense', ['2001:db8::1', 'nonsense', ''], '10.213.0.0/16'],
  ])('%s is %s', (_, addresses, expected) => {
    expect(chooseSupernet(addresses)).toBe(expected)
  })

  it('is none when all are taken', () => {
    expect(
      chooseSupernet(supernetCandidates.map((candidate) => candidate.replace('0.0/16', '3.4'))),
    ).toBeUndefined()
  })

  it.each([
    ...supernetCandidates,
    ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '10.213.16.0/20', '192.168.252.0/22'],
  ])('may be %s', (text) => {
    expect(isSupernet(text)).toBe(true)
    expect(requireSupernet('web1', text)).toBe(text)
  })

  it.each([
    ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/8', '240.0.0.0/8', '100.64.0.0/10'],
    ...['8.0.0.0/16', '198.18.0.0/15', '192.168.0.0/15', '10.0.0.0/7', '10.0.0.0/23', '10.213.1.0/16'],
    ...['10.213.0.0', '10.213/16', 'fd00::/8', '10.213.0.0/016', '', 'nonsense'],
  ])('may not be %j', (text) => {
    expect(isSupernet(text)).toBe(false)
    expect(problemOf(() => requireSupernet('web1', text))).toMatchObject({
      code: 'HELPER_FAILED',
      details: { host: 'web1', reason: expect.stringContaining('10.0.0.0/8') },
    })
  })

  it.each(supernetCandidates)('%s is a private range', (candidate) => {
    expect(parseCidr(candidate)).toBe(candidate)
    expect(['10.0.0.0/8', '172.16.0.0/12'].some((range) => covers(range, candidate))).toBe(true)
  })
})
