import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Running } from '../../hosts/running.ts'
import { ask, askOne, startHelperHost } from './helper-host.ts'
import { configure, reserve } from './requests.ts'

const reason = skipReason()

interface NftReply {
  readonly leading: readonly { family: string; table: string; chain: string | null }[]
  readonly unclear: NftReply['leading']
}

const listen = `import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET)
print('listening', flush=True)
sys.stdin.read()`

describe.skipIf(reason !== null)(`the helper's listeners${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  const running: Running[] = []

  beforeAll(async () => {
    host = await startHelperHost()
    await ask(host, configure(), reserve('acme0001'), reserve('acme0002'))
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.kill()))
  })
  afterAll(() => host?.stop())

  const listenOn = async (address: string, port: number): Promise<void> => {
    const program = await host.spawn(['/usr/bin/python3', '-IS', '-c', listen, address, String(port)])
    running.push(program)
    await program.waitFor('listening')
  }
  const look = (deep = false) => askOne(host, { v: 1, op: 'listeners', deep })
  const run = async (...argv: string[]): Promise<void> => {
    const { status, stderr } = await host.exec(argv)
    expect({ argv, status, stderr }).toMatchObject({ status: 0 })
  }

  it('names the ports of tenants that are not heard on exactly the wildcards', async () => {
    await listenOn('0.0.0.0', 20_000)
    await listenOn('::', 20_000)
    await listenOn('127.0.0.1', 20_001)
    await listenOn('::', 20_001)
    const unusual = [{ port: 20_001, addresses: ['::', '127.0.0.1'] }]
    const shallow = {
      programs: [],
      translations: [],
      nftables: null,
      goneOfDocker: null,
      astray: null,
      input: null,
    }
    expect(await look()).toEqual({ ok: true, ipv6: true, unusual, ...shallow })
  })

  it('names with their process those in the range who are not Docker for a tenant', async () => {
    await listenOn('127.0.0.1', 20_001)
    await listenOn('::', 25_000)
    await listenOn('0.0.0.0', 19_999)
    expect(await look(true)).toMatchObject({
      programs: [
        { address: '127.0.0.1', port: 20_001, program: 'python3', pid: expect.any(Number) },
        { address: '::', port: 25_000, program: 'python3', pid: expect.any(Number) },
      ],
    })
  })

  it('does not believe a name: only root is Docker', async () => {
    const words = ['docker-proxy', '-container-ip', '10.213.0.2']
    // `exec -a` gives a program another name in its command line.
    const disguise = `exec -a docker-proxy /usr/bin/python3 -IS -c "$1" 127.0.0.1 20001 ${words.slice(1).join(' ')}`
    const started = async (...as: string[]): Promise<Running> => {
      const program = await host.spawn([...as, 'bash', '-c', disguise, 'bash', listen])
      running.push(program)
      await program.waitFor('listening')
      return program
    }
    const other = await started('setpriv', '--reuid=65534', '--clear-groups')
    expect(await look(true)).toMatchObject({ programs: [{ port: 20_001 }] })
    await other.kill()
    await until('it is gone', async () => {
      const { unusual } = (await look()) as unknown as { unusual: { port: number; addresses: string[] }[] }
      return unusual.find(({ port }) => port === 20_001)?.addresses.length === 0
    })
    await started()
    expect(await look(true)).toMatchObject({ programs: [] })
  })

  it('names rules of both families that lead to tenants, and no others', async () => {
    const own4 = host.address4
    const own6 = host.address6
    const at = (port: number): string[] => ['-p', 'tcp', '-m', 'tcp', '--dport', String(port), '-j']
    const leading: [string, ...string[]][] = [
      ['iptables', 'PREROUTING', ...at(80), 'REDIRECT', '--to-ports', '20000'],
      ['iptables', 'OUTPUT', ...at(81), 'REDIRECT', '--to-ports', '19990-20010'],
      ['iptables', 'PREROUTING', ...at(82), 'DNAT', '--to-destination', `${own4}:20000-20010`],
      ['iptables', 'PREROUTING', ...at(83), 'DNAT', '--to-destination', ':20001'],
      ['iptables', 'PREROUTING', ...at(84), 'DNAT', '--to-destination', '10.213.0.2:11211'],
      ['ip6tables', 'PREROUTING', ...at(80), 'REDIRECT', '--to-ports', '20000'],
      ['ip6tables', 'PREROUTING', ...at(82), 'DNAT', '--to-destination', `[${own6}]:20000`],
    ]
    const others: [string, ...string[]][] = [
      ['iptables', 'PREROUTING', ...at(90), 'REDIRECT', '--to-ports', '8080'],
      ['iptables', 'PREROUTING', ...at(91), 'DNAT', '--to-destination', '192.0.2.9:20000'],
      // As Docker publishes a tenant, one outside the range, which is closed, and another container.
      ['iptables', 'DOCKER', ...at(85), 'DNAT', '--to-destination', '10.213.0.2:11211'],
      ['iptables', 'DOCKER', '!', '-i', 'mh1', ...at(20_000), 'DNAT', '--to-destination', '10.213.0.2:11211'],
      [
        'iptables',
        'DOCKER',
        '!',
        '-i',
        'docker0',
        ...at(25_000),
        'DNAT',
        '--to-destination',
        '172.17.0.2:25000',
      ],
    ]
    await run('iptables', '-t', 'nat', '-N', 'DOCKER')
    for (const [program, ...rule] of [...leading, ...others]) await run(program, '-t', 'nat', '-A', ...rule)
    const { translations } = (await look(true)) as unknown as { translations: { rule: string }[] }
    const ports = translations.map(({ rule }) => /--dport (\d+)/.exec(rule)?.[1])
    expect(ports.sort()).toEqual(['80', '80', '81', '82', '82', '83', '84'])
    for (const [program, ...rule] of [...leading, ...others]) await run(program, '-t', 'nat', '-D', ...rule)
    expect(await look(true)).toMatchObject({ translations: [] })
  })

  it('names rules of both families that keep the port, of an address that the filter takes for another host', async () => {
    const own4 = host.address4
    const own6 = host.address6
    const to = (target: string): string[] => ['-j', 'DNAT', '--to-destination', target]
    const leading: [string, ...string[]][] = [
      ['iptables', '-d', '192.0.2.1', ...to(own4)],
      ['iptables', '-d', '192.0.2.2', '-p', 'tcp', '--dport', '20000:29999', ...to(own4), '--random'],
      ['iptables', '-d', '192.0.2.3', ...to(`192.0.2.8-${own4}`)],
      ['iptables', '-d', '192.0.2.4', '-j', 'REDIRECT'],
      ['iptables', '-d', '192.0.2.5', '-j', 'NETMAP', '--to', `${own4}/32`],
      ['iptables', '-d', '192.0.2.64/28', '-j', 'NETMAP', '--to', `${own4}/28`],
      [
        'iptables',
        '-i',
        'eth1',
        '-p',
        'tcp',
        '-m',
        'multiport',
        '--dports',
        '80,20000:20010',
        '-j',
        'REDIRECT',
      ],
      ['ip6tables', '-d', '2001:db8:f::1', ...to(own6)],
    ]
    const others: [string, ...string[]][] = [
      ['iptables', '-d', '192.0.2.1', ...to('192.0.2.9')],
      // The filter has looked at these.
      ['iptables', '-d', own4, '-j', 'REDIRECT'],
      ['iptables', '-m', 'addrtype', '--dst-type', 'LOCAL', '-j', 'REDIRECT'],
      ['iptables', '-d', '192.0.2.1', '-p', 'tcp', '--dport', '80', ...to(own4)],
      ['iptables', '-d', '192.0.2.1', '-p', 'tcp', '-m', 'multiport', '--dports', '80,443', ...to(own4)],
      ['iptables', '-d', '192.0.2.1', '-p', 'udp', ...to(own4)],
      ['iptables', '-d', '192.0.2.64/28', '-j', 'NETMAP', '--to', '192.0.2.96/28'],
      ['iptables', '-i', 'lo', '-d', '192.0.2.1', ...to(own4)],
      ['ip6tables', '-d', own6, '-j', 'REDIRECT'],
    ]
    const change = async (verb: string): Promise<void> => {
      for (const [program, ...rule] of [...leading, ...others])
        await run(program, '-t', 'nat', verb, 'PREROUTING', ...rule)
    }
    await change('-A')
    const { translations } = (await look(true)) as unknown as { translations: { rule: string }[] }
    const found = translations.map(({ rule }) => rule)
    await change('-D')
    expect(found.map((rule) => / -d (\S+)/.exec(rule)?.[1])).toEqual([
      ...['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32', '192.0.2.4/32', '192.0.2.5/32', '192.0.2.64/28'],
      ...[undefined, '2001:db8:f::1/128'],
    ])
    expect(found[0]).toBe(`-A PREROUTING -d 192.0.2.1/32 -j DNAT --to-destination ${own4}`)
    expect(await look(true)).toMatchObject({ translations: [] })
  })

  it('names chains of nftables itself that lead to tenants behind the filter, and those that cannot be told', async () => {
    const nft = async (rules: string): Promise<void> => {
      const { status, stderr } = await host.exec(['nft', '-f', '-'], { input: rules })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    }
    const nat = 'type nat hook prerouting priority dstnat;'
    const chain = (family: string, name: string, hook: string, rule: string): string =>
      `table ${family} own { chain ${name} { ${hook} ${rule}; }\n }\n`
    const leading = [
      chain('ip', 'address', nat, `tcp dport 6000 dnat to ${host.address4}:20000`),
      chain('ip', 'range', nat, 'tcp dport 6000 redirect to :19990-20010'),
      chain('ip', 'container', nat, 'tcp dport 6000 dnat to 10.213.0.2'),
      // The port stays, of an address that the filter takes for another host's.
      chain('ip', 'floating', nat, `ip daddr 192.0.2.1 dnat to ${host.address4}`),
      chain('ip', 'caught', nat, 'iifname "eth1" tcp dport { 80, 20000-20010 } redirect'),
      chain('ip6', 'floating', nat, `ip6 daddr 2001:db8:f::1 dnat to ${host.address6}`),
      chain('ip6', 'address', nat, `tcp dport 6000 dnat to [${host.address6}]:20000`),
      chain('inet', 'both', nat, 'tcp dport 6000 redirect to :20000'),
      // Reached by a map of verdicts, from one that leads nowhere itself.
      chain('inet', 'further', '', 'tcp dport 6000 redirect to :20000'),
      chain('inet', 'entry', nat, 'tcp dport vmap { 6000 : jump further }'),
      // Without address translation, behind the filter.
      chain('inet', 'rewrite', 'type filter hook prerouting priority -250;', 'tcp dport set 20000'),
      chain('inet', 'incoming', 'type filter hook input priority 0;', 'tcp dport set 20000'),
      // Beside what iptables has in the same table.
      chain('ip', 'added', nat, 'tcp dport 6000 redirect to :20000').replace('own', 'nat'),
    ]
    const unclear = chain('ip', 'mapped', nat, 'tcp dport 6000 redirect to tcp dport map { 6000 : 20000 }')
    const others = [
      chain('ip', 'elsewhere', nat, 'tcp dport 6000 dnat to 192.0.2.9:20000'),
      chain('ip', 'outside', nat, 'tcp dport 6000 redirect to :8080'),
      chain('ip', 'kept', nat, `ip daddr 192.0.2.1 tcp dport { 80, 443 } dnat to ${host.address4}`),
      chain('ip', 'own', nat, `ip daddr ${host.address4} redirect`),
      chain('inet', 'local', nat, 'fib daddr type local tcp dport 20000 redirect'),
      chain('inet', 'names', nat, 'meta l4proto udp redirect'),
      chain('ip', 'datagrams', nat, 'udp dport 6000 redirect to :20000'),
      // The filter sees the port that this makes.
      chain('inet', 'before', 'type filter hook prerouting priority -400;', 'tcp dport set 20000'),
      chain('inet', 'nowhere', '', 'tcp dport 6000 redirect to :20000'),
      chain('ip', 'published', nat, 'tcp dport 20000 dnat to 10.213.0.2:11211').replace(
        'own',
        'docker-bridges',
      ),
    ]
    await run('iptables', '-t', 'nat', '-A', 'PREROUTING', '-p', 'tcp', '--dport', '1', '-j', 'ACCEPT')
    await nft([...leading, unclear, ...others].join(''))
    // More than is read of one table.
    const most = Array.from({ length: 6_000 }, (_, index) => `tcp dport ${index + 1} counter accept`).join(
      '\n',
    )
    await nft(`table inet large { chain much { ${nat}\n${most}\n }\n }\n`)
    // The time that nft has is short, and the machine may be busy: a table that was not read is unclear.
    const lookInTime = async (): Promise<NftReply> => {
      let seen: NftReply | null = null
      await until('nft had the time', async () => {
        seen = ((await look(true)) as unknown as { nftables: NftReply | null }).nftables
        return seen?.unclear.every(({ table, chain: name }) => name !== null || table === 'large') === true
      })
      return seen ?? { leading: [], unclear: [] }
    }
    const seen = await lookInTime()
    const names = (found: NftReply['leading']) =>
      found.map(({ family, table, chain: name }) => `${family} ${table} ${name}`).sort()
    expect(names(seen.leading)).toEqual([
      'inet own both',
      'inet own further',
      'inet own incoming',
      'inet own rewrite',
      'ip nat added',
      'ip own address',
      'ip own caught',
      'ip own container',
      'ip own floating',
      'ip own range',
      'ip6 own address',
      'ip6 own floating',
    ])
    expect(names(seen.unclear)).toEqual(['inet large null', 'ip own mapped'])
    const tables = ['ip own', 'ip6 own', 'inet own', 'inet large', 'ip docker-bridges', 'ip nat']
    await nft(tables.map((table) => `delete table ${table}\n`).join(''))
    expect(await lookInTime()).toEqual({ leading: [], unclear: [] })
  })

  const table = (name: string, ...lines: string[]) =>
    host.exec(['iptables-restore'], { input: `${[`*${name}`, ...lines, 'COMMIT'].join('\n')}\n` })
  const nat = [':DOCKER - [0:0]', '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER']
  const user = [':DOCKER-USER - [0:0]', '-A FORWARD -j DOCKER-USER']
  it.each<[string, string[], string[], string[]]>([
    ['20.10', nat, [':DOCKER - [0:0]', ...user, '-A FORWARD -o mh1 -j DOCKER'], []],
    [
      '28.5',
      nat,
      [':DOCKER - [0:0]', ':DOCKER-FORWARD - [0:0]', ...user, '-A FORWARD -j DOCKER-FORWARD'],
      [],
    ],
    ['20.10, flushed', nat.slice(0, 1), [':DOCKER - [0:0]', ...user], ['nat PREROUTING', 'filter FORWARD']],
    ['28.5, without its chains', [], [], ['nat DOCKER', 'nat PREROUTING', 'filter DOCKER', 'filter FORWARD']],
  ])('of Docker %s it says what is gone', async (_version, natLines, filterLines, goneOfDocker) => {
    expect(await table('nat', ...natLines)).toMatchObject({ status: 0 })
    expect(await table('filter', ...filterLines)).toMatchObject({ status: 0 })
    expect(await look(true)).toMatchObject({ goneOfDocker })
  })

  it('misses nothing of a Docker that has a table of its own', async () => {
    await table('nat')
    await run('nft', 'add table ip docker-bridges')
    await run('nft', 'add chain ip docker-bridges filter-FORWARD')
    expect(await look(true)).toMatchObject({ goneOfDocker: [] })
    await run('nft', 'delete table ip docker-bridges')
  })

  it('does not know of nftables where nft does not work', async () => {
    await run('mount', '--bind', '/bin/false', '/usr/sbin/nft')
    const seen = await look(true)
    await run('umount', '/usr/sbin/nft')
    expect(seen).toMatchObject({ ok: true, nftables: null })
  })

  it('says whether the host has IPv6', async () => {
    await listenOn('0.0.0.0', 20_000)
    await run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1')
    const seen = await look()
    await run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=0')
    expect(seen).toMatchObject({ ipv6: false, unusual: [{ port: 20_001, addresses: [] }] })
  })
})
