import { expect, it } from 'vitest'
import { describeSaved } from '../../../src/core/host/describe-saved.ts'

it.each([
  ['/etc/iptables/rules.v4', 'sudo sh -c "iptables-save | sed /MEMHARBOR/d > /etc/iptables/rules.v4"'],
  ['/etc/iptables/rules.v6', 'sudo sh -c "ip6tables-save | grep -v MEMHARBOR > /etc/iptables/rules.v6"'],
  ['/etc/iptables/ipsets', `sudo sh -c "ipset save | sed -E '/ mh(4|6|p|d4|d6) /d' > /etc/iptables/ipsets"`],
  [
    '/etc/nftables.conf',
    'sudo sh -c \'nft list tables | grep -vE "table ip6? (raw|mangle|nat|filter|security|docker-bridges)$|firewalld" | while read -r t; do echo "add $t"; echo "delete $t"; nft -s list $t; done > /etc/nftables.conf\'',
  ],
  ['/etc/nftables.d/all.nft', 'sudo nft -c -f /etc/nftables.d/all.nft'],
])('a saved firewall is told with its line and the way to save it without ours: %s', (path, command) => {
  const [told, ...others] = describeSaved('web1', { saved: [{ path, line: 12 }] })
  expect(others).toEqual([])
  expect(told).toMatchObject({
    subject: 'Saved firewall',
    verdict: 'bad',
    sentence: expect.stringMatching(`^${path} on web1 names .* first in line 12: `),
    advice: expect.stringContaining(`\`${command}\``),
  })
})

it('files whose kind is not known are told with what to take out', () => {
  const [told] = describeSaved('web1', { saved: [{ path: '/etc/iptables.rules', line: 3 }] })
  expect(told?.advice).toMatch(/^Take out the lines that name MEMHARBOR/)
})
