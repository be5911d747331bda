import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, askOne, startHelperHost } from './helper-host.ts'
import { configure } from './requests.ts'

const reason = skipReason()

const drop = `policy drop;`
const nft = (rules: string, policy = drop): string =>
  `table inet own {
    set trusted { type ipv6_addr
 }
    chain web { tcp dport 443 accept; tcp dport 20000-29999 accept; }
    chain other { tcp dport 443 accept; }
    chain input { type filter hook input priority 0; ${policy}
    ${rules}
  }
}`

describe.skipIf(reason !== null)(`the host's INPUT${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
    await ask(host, configure())
  })
  afterAll(() => host?.stop())
  afterEach(async () => {
    await sh('nft flush ruleset')
  })

  const sh = async (script: string): Promise<void> => {
    const { status, stderr } = await host.exec(['sh', '-ec', script])
    expect({ script, status, stderr }).toMatchObject({ status: 0 })
  }
  const judge = async () => {
    const { input } = await askOne(host, { v: 1, op: 'listeners', input: true })
    return input as { family: number; verdict: string; by: string; chain: string; table: string }[]
  }
  const verdict6 = async () => (await judge()).find(({ family }) => family === 6)?.verdict

  it('is open where nothing is in it, and is asked only on demand', async () => {
    expect((await judge()).map(({ family, verdict }) => [family, verdict])).toEqual([[6, 'open']])
    expect(await askOne(host, { v: 1, op: 'listeners' })).toMatchObject({ input: null })
  })

  it.each([
    ['a policy', '', 'closed'],
    ['what is for the host itself', '-i lo -j ACCEPT', 'closed'],
    ['answers', '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'closed'],
    ['another port', '-p tcp -m tcp --dport 22 -j ACCEPT', 'closed'],
    ['several others', '-p tcp -m multiport --dports 22,80,443 -j ACCEPT', 'closed'],
    ['an administrator', '-s 2001:db8:1::/48 -j ACCEPT', 'closed'],
    [
      'a comment with dashes',
      '-p tcp -m tcp --dport 22 -m comment --comment "-j ACCEPT" -j ACCEPT',
      'closed',
    ],
    ['the range', '-p tcp -m tcp --dport 20000:29999 -j ACCEPT', 'open'],
    ['more than the range', '-p tcp -m tcp --dport 1024:65535 -m conntrack --ctstate NEW -j ACCEPT', 'open'],
    ['all but a port', '-p tcp -m tcp ! --dport 22 -j ACCEPT', 'open'],
    ['a part of the range', '-p tcp -m tcp --dport 20000:20010 -j ACCEPT', 'unclear'],
    ['the range for some', '-s 2001:db8:1::/48 -p tcp -m tcp --dport 20000:29999 -j ACCEPT', 'unclear'],
    ['a limit', '-p tcp -m limit --limit 3/min -j ACCEPT', 'unclear'],
    ['every new connection', '-p tcp --syn -j ACCEPT', 'open'],
  ])('drops by its policy, but for %s', async (_name, rule, expected) => {
    await sh(`ip6tables -P INPUT DROP${rule === '' ? '' : `; ip6tables -A INPUT ${rule}`}`)
    expect(await verdict6()).toBe(expected)
    await sh('ip6tables -P INPUT ACCEPT')
  })

  it('is looked at over IPv4 where Docker translates no addresses', async () => {
    await sh(
      `mkdir -p /etc/docker; echo '{"iptables": false}' > /etc/docker/daemon.json; iptables -P INPUT DROP`,
    )
    expect((await judge()).map(({ family, verdict }) => [family, verdict])).toEqual([
      [4, 'closed'],
      [6, 'open'],
    ])
    await sh('rm /etc/docker/daemon.json; iptables -P INPUT ACCEPT')
  })

  it('is followed through chains, as those of ufw', async () => {
    await sh(`ip6tables -N ufw6-before-input; ip6tables -N ufw6-user-input; ip6tables -P INPUT DROP
ip6tables -A INPUT -j ufw6-before-input
ip6tables -A ufw6-before-input -m conntrack --ctstate INVALID -j DROP
ip6tables -A ufw6-before-input -m limit --limit 3/min -j LOG --log-prefix "[UFW BLOCK] "
ip6tables -A ufw6-before-input -j ufw6-user-input
ip6tables -A ufw6-user-input -p tcp -m tcp --dport 22 -j ACCEPT`)
    expect(await judge()).toContainEqual({
      ...{ family: 6, verdict: 'closed', by: 'ufw', table: 'filter', chain: 'INPUT' },
    })
    await sh('ip6tables -A ufw6-user-input -p tcp -m multiport --dports 20000:29999 -j ACCEPT')
    expect(await verdict6()).toBe('open')
    await sh('ip6tables -I ufw6-before-input 1 -p tcp -g ufw6-user-input; ip6tables -F ufw6-user-input')
    expect(await verdict6()).toBe('closed')
    await sh('ip6tables -P INPUT ACCEPT')
    expect(await verdict6()).toBe('open')
  })

  it.each([
    ['nothing', '', 'closed'],
    [
      'what Debian shows as an example',
      'iif lo accept; ct state established,related accept; tcp dport 22 accept',
      'closed',
    ],
    ['a map', 'ct state vmap { established : accept, related : accept, invalid : drop }', 'closed'],
    ['a map that lets by', 'ct state vmap { established : accept, new : accept }', 'open'],
    ['a chain of others', 'jump other', 'closed'],
    ['a chain for it', 'meta l4proto tcp jump web', 'open'],
    ['a way without a return', 'goto other', 'closed'],
    ['the range among others', 'tcp dport { 22, 20000-29999 } accept', 'open'],
    ['everything of its family', 'meta nfproto ipv6 accept', 'open'],
    ['everything of the other', 'meta nfproto ipv4 accept', 'closed'],
    ['all but some', 'ip6 saddr != 2001:db8:1::/48 accept', 'open'],
    ['some', 'ip6 saddr @trusted accept', 'closed'],
    ['a limit', 'limit rate 10/second accept', 'unclear'],
    ['a reject after it', 'tcp dport 20000-29999 accept; reject', 'open'],
  ])('is one of nftables itself that drops, but for %s', async (_name, rules, expected) => {
    await sh(`nft '${nft(rules)}'`)
    const [seen] = (await judge()).filter(({ family }) => family === 6)
    expect(seen).toMatchObject({ verdict: expected })
    if (expected === 'closed')
      expect(seen).toMatchObject({ by: 'nftables', table: 'inet own', chain: 'input' })
  })

  it('is closed by a last rule, too', async () => {
    await sh(`nft '${nft('tcp dport 22 accept; reject with icmpx admin-prohibited', 'policy accept;')}'`)
    expect(await verdict6()).toBe('closed')
  })
})
